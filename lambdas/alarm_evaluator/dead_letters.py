"""Sending to the dead-letter queue."""

import logging
from collections.abc import Mapping

from alarm_evaluator.shapes import Repository

_log = logging.getLogger(__name__)


def send_to_dead_letters(
    letter: Mapping[str, object], repository: Repository, **contents: Mapping[str, object]
) -> bool:
    """Send a letter to the dead-letter queue, and return whether it got there.

    Args:
        letter: What happened, which is logged as well.
        repository: The queue.
        contents: Members of the letter that are not logged, because they may have values of devices.
    """
    _log.error("records go to the dead-letter queue", extra=dict(letter))
    try:
        repository.reject({**letter, **contents})
    except Exception:  # noqa: BLE001 (an error of one device must not stop the others)
        _log.exception("the dead-letter queue does not answer, Lambda retries the records")
        return False
    return True
