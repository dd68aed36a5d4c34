"""Publishing of changes, once they are stored.

The row of a change that is news has a mark, so the stream has a record of it. The mark goes once the change
is published or in the dead-letter queue: a record that Lambda repeats publishes nothing twice, except after
an interruption between both.
"""

import logging
from collections.abc import Callable, Mapping

from alarm_evaluator.dead_letters import send_to_dead_letters
from alarm_evaluator.shapes import NOTIFICATION, ChangeKey, Repository

_log = logging.getLogger(__name__)


def publish(
    news: Mapping[str, ChangeKey], repository: Repository, *, has_time: Callable[[], bool]
) -> list[str]:
    """Publish changes, and return the records to retry.

    A change that the topic refuses goes to the dead-letter queue: a retry of its record would delay the
    alarms of all devices of the shard. After a failure, the others of the batch follow it without an attempt,
    so that a topic that does not answer takes no more time.

    Args:
        news: The changes by sequence number.
        repository: The table, the topic and the queue.
        has_time: Returns whether the invocation has time for another change.
    """
    failed: list[str] = []
    reason = ""
    for number, change in news.items():
        if not has_time():
            _log.warning("out of time, Lambda retries the remaining changes")
            return [*failed, number]
        try:
            message = _message(change, repository)
            if message is None:
                continue
            reason = reason or _notify(message, repository)
            letter = {"partitionKey": change.alarm_key, "reason": reason}
            if reason and not send_to_dead_letters(letter, repository, notification=message):
                failed.append(number)
                continue
            repository.unmark(change)
        except Exception:  # noqa: BLE001 (an error of one alarm must not stop the others)
            _log.exception("a change failed, Lambda retries its record")
            failed.append(number)
    return failed


def _message(change: ChangeKey, repository: Repository) -> Mapping[str, object] | None:
    """Return the message for a change as it is stored now; None if it is published or is no news any more."""
    row = next(repository.alarm_rows_until(change.alarm_key, change.time), None)
    if row is None or row.time != change.time or NOTIFICATION not in row.attributes:
        return None
    attributes = {name: text for name, text in row.attributes.items() if name != NOTIFICATION}
    return {"alarm_key": change.alarm_key, "timestamp": row.time, **attributes}


def _notify(message: Mapping[str, object], repository: Repository) -> str:
    """Publish a message, and return the reason why that failed; empty if it did not fail."""
    try:
        repository.notify(message)
    except Exception as error:  # noqa: BLE001 (whatever it is, the state is stored)
        _log.exception("a change cannot be published")
        return f"not published: {type(error).__name__}: {error}"
    return ""
