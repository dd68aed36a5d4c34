"""Looking at a deployed twin: entities, values and history, in the terminal or as JSON and CSV.

Everything goes through the public API of AWS IoT TwinMaker, with the endpoint, region, profile and
credentials that boto3 is configured with, so it is the same for the local twin and for AWS.
"""

from __future__ import annotations

from .access import make_client, resolve_workspace
from .alarms import set_alarm_status
from .commands import entities, get, history
from .errors import LiveError

__all__ = [
    "LiveError",
    "entities",
    "get",
    "history",
    "make_client",
    "resolve_workspace",
    "set_alarm_status",
]
