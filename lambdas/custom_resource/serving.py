"""Processing of a custom resource's event, and the answer that CloudFormation waits for.

Source: CloudFormation user guide, "Custom resource reference": request and response objects.
"""

import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_log = logging.getLogger(__name__)

MAX_REASON = 1024
"""Characters of a reason. CloudFormation accepts answers of 4,096 bytes."""

_ATTEMPTS = 5
_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a custom resource.

    Attributes:
        physical_id: The id of the resource. Another id than before in an update makes CloudFormation send a
            ``Delete`` for the former one once the update of the stack is complete.
        attributes: What ``Fn::GetAtt`` returns.
    """

    physical_id: str
    attributes: Mapping[str, object] = field(default_factory=dict)


def serve(
    event: Mapping[str, Any], process: Callable[[Mapping[str, Any]], Answer], *, failed_id: str = ""
) -> None:
    """Process an event and answer CloudFormation, also if processing fails.

    Args:
        event: The event: ``RequestType``, ``ResponseURL`` and the properties.
        process: Creates, updates or deletes the resource. The text of what it raises is the reason of the
            failure that CloudFormation shows.
        failed_id: The id of a resource whose creation failed. CloudFormation sends a ``Delete`` for it.
            Default: the logical id.
    """
    body: dict[str, object]
    try:
        answer = process(event)
    except Exception as error:  # noqa: BLE001 (CloudFormation would wait for an hour)
        _log.exception("The %s failed", event.get("RequestType"))
        reason = str(error) or type(error).__name__
        physical_id = event.get("PhysicalResourceId") or failed_id or event["LogicalResourceId"]
        body = {"Status": "FAILED", "Reason": reason[:MAX_REASON], "PhysicalResourceId": physical_id}
    else:
        body = {
            "Status": "SUCCESS",
            "PhysicalResourceId": answer.physical_id,
            "Data": dict(answer.attributes),
        }
    body |= {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    _put(event["ResponseURL"], json.dumps(body).encode())


def _put(url: str, body: bytes) -> None:
    # The signature of the URL covers an empty content type.
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310 (CloudFormation's)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310 (CloudFormation's)
                return
        except OSError:
            if attempt == _ATTEMPTS:
                raise
            time.sleep(2**attempt / 10)
