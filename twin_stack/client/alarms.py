"""Acknowledging and snoozing alarms, written through TwinMaker as any other client would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin_stack.client.access import make_client, resolve_workspace
from twin_stack.client.endpoints import describe_target
from twin_stack.client.errors import TwinClientError, translate_errors
from twin_stack.twinmaker.names import ALARM_NOTE, ALARM_STATUS

if TYPE_CHECKING:
    from twin_stack.client.model import Component


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An alarm status that was written.

    Attributes:
        entity_id: The entity.
        component: Its alarm component.
        status: The status.
        time: Time of the status, ISO 8601 in UTC.
        note: The note; None without one.
        workspace_id: The workspace.
        target: The AWS that was written to: the local twin or an AWS region, with its URL.
    """

    entity_id: str
    component: str
    status: str
    time: str
    note: str | None
    workspace_id: str
    target: str


def set_alarm_status(
    entity_id: str,
    component: str | None = None,
    *,
    status: str,
    note: str | None = None,
    workspace: str | None = None,
    client: Any = None,
    now: datetime | None = None,
) -> Acknowledgement:
    """Write the status of an entity's alarm, by the ``dataWriter`` of its component type.

    Args:
        entity_id: The entity.
        component: Its alarm component. Default: the only one.
        status: ``ACKNOWLEDGED`` or ``SNOOZE_DISABLED``.
        note: A note for others, which a component with the property ``alarmNote`` keeps.
        workspace: Its id. Default: ``TWIN_WORKSPACE``, else the account's only workspace.
        client: A boto3 client of ``iottwinmaker``. Default: as boto3 is configured.
        now: Time of the status, with a zone. Default: the present.

    Raises:
        TwinClientError: The entity has no such alarm, the alarm keeps no notes, or AWS refused the value.
    """
    client = client or make_client("iottwinmaker")
    from twin_stack.client.reader import read_entity  # noqa: PLC0415 (needs botocore, which make_client looked for)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        entity = read_entity(client, workspace_id, entity_id, component, attributes=False)
    alarm = _find_alarm(entity_id, entity.components)
    time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    time = time.replace("+00:00", "Z")
    values = {ALARM_STATUS: status}
    if note:
        if ALARM_NOTE not in {item.name for item in alarm.properties}:
            raise TwinClientError(
                f'alarm "{alarm.path}" of entity "{entity_id}" keeps no notes; declare a time series '
                f'"{ALARM_NOTE}" of type STRING in its component type, or leave the note out'
            )
        # The note comes first: once the status is there, the alarm's state is evaluated.
        values = {ALARM_NOTE: note, ALARM_STATUS: status}
    entries = [_make_entry(entity_id, alarm.path, name, value, time) for name, value in values.items()]
    with translate_errors():
        response = client.batch_put_property_values(workspaceId=workspace_id, entries=entries)
    for entry_error in response["errorEntries"]:
        error = entry_error["errors"][0]
        raise TwinClientError(
            f"{error['errorCode']}: {error['errorMessage']}; its component type needs a dataWriter whose "
            "connector can write"
        )
    return Acknowledgement(
        entity_id, alarm.path, status, time, note or None, workspace_id, describe_target(client)
    )


def _make_entry(entity_id: str, path: str, property_name: str, value: str, time: str) -> dict[str, Any]:
    return {
        "entityPropertyReference": {
            "entityId": entity_id,
            "componentPath" if "/" in path else "componentName": path,
            "propertyName": property_name,
        },
        "propertyValues": [{"time": time, "value": {"stringValue": value}}],
    }


def _find_alarm(entity_id: str, components: tuple[Component, ...]) -> Component:
    alarms = [
        component
        for component in components
        if any(item.name == ALARM_STATUS for item in component.properties)
    ]
    if len(alarms) == 1:
        return alarms[0]
    names = ", ".join(component.path for component in alarms)
    if not alarms:
        raise TwinClientError(
            f'entity "{entity_id}" has no alarm; `twin get {entity_id}` shows its components'
        )
    raise TwinClientError(f'entity "{entity_id}" has {len(alarms)} alarms; name one of them: {names}')
