"""A client of deployed twins: entities, values and history as text, JSON or CSV; alarms to acknowledge.

Every call goes to the public API of AWS IoT TwinMaker, with the endpoint, region, profile and credentials
that boto3 is configured with: it is the same for the local twin and for AWS.
"""

from __future__ import annotations

from twin_stack.client.access import make_client, resolve_workspace
from twin_stack.client.alarms import set_alarm_status
from twin_stack.client.commands import entities, get, history
from twin_stack.client.errors import TwinClientError

__all__ = [
    "TwinClientError",
    "entities",
    "get",
    "history",
    "make_client",
    "resolve_workspace",
    "set_alarm_status",
]
