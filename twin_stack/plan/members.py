"""The things of a definition as plain members, which can be compared."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from twin_stack.definition.twin_definition import TwinDefinition

Members = dict[str, Any]

_NOT_WORKSPACE: Final = frozenset({"connectors", "ingest", "renames", "ignore"})
"""Members of ``twin.yaml`` that are things of their own, or that nothing is deployed of."""
_RENAMES: Final = "renames"


def things_of(definition: TwinDefinition) -> dict[Kind, Mapping[str, Any]]:
    """Return the things of a definition by kind and id, as the definition holds them.

    Args:
        definition: A checked definition.
    """
    return {
        Kind.WORKSPACE: {definition.workspace_id: definition.twin},
        Kind.CONNECTOR: definition.connectors,
        Kind.COMPONENT_TYPE: definition.component_types,
        Kind.ENTITY: definition.entities,
        Kind.SCENE: definition.scenes,
        Kind.INGEST: definition.twin.ingest,
        Kind.ASSET_FILE: definition.asset_files,
    }


def members_of(kind: Kind, thing: Any) -> Members:
    """Return the members of a thing, in the service's spelling, without those that have their default.

    Display names are left out: CloudFormation has no member for them (TWIN029), so they are not deployed. A
    value of a property stands for the whole entry of the property, unless that has a definition as well.

    Args:
        kind: The kind of the thing.
        thing: The thing, as ``things_of`` returns it.
    """
    if kind is Kind.ASSET_FILE:
        with thing.open("rb") as file:
            return {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    if kind is Kind.SCENE:
        # A document may contain the defaults of the model's fields as values that matter.
        return {**_dump(thing, exclude={"document"}), "document": _plain(thing.document)}
    if kind is Kind.WORKSPACE:
        return _dump(thing, exclude=set(_NOT_WORKSPACE))
    members = _dump(thing)
    if kind is Kind.COMPONENT_TYPE:
        members.pop("componentTypeName", None)
        for definition in members.get("propertyDefinitions", {}).values():
            definition.pop("displayName", None)
    if kind is Kind.ENTITY:
        for path in ("components", "compositeComponents"):
            for component in members.get(path, {}).values():
                _unwrap_values(component)
    return members


def content_digests(definition: TwinDefinition) -> dict[str, dict[str, str]]:
    """Return a SHA-256 of each thing, in hexadecimal, by kind and id.

    Args:
        definition: A checked definition.
    """
    digests = {
        str(kind): {
            thing_id: hashlib.sha256(_canonical(members_of(kind, things[thing_id]))).hexdigest()
            for thing_id in sorted(things)
        }
        for kind, things in things_of(definition).items()
    }
    renames = hashlib.sha256(_canonical(_dump(definition.renames))).hexdigest()
    return {**digests, _RENAMES: {_RENAMES: renames}}


def hash_of(digests: Mapping[str, Mapping[str, str]]) -> str:
    """Return one hash of all digests: equal for files in another order or form.

    Args:
        digests: The digests of a definition, as ``content_digests`` returns them.
    """
    return hashlib.sha256(_canonical(digests)).hexdigest()


# One encoder for all things: `json.dumps` makes one for each.
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def _canonical(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _dump(model: BaseModel, **options: Any) -> Members:
    return dict(model.model_dump(mode="json", by_alias=True, exclude_defaults=True, **options))


def _unwrap_values(component: Members) -> None:
    properties = component.get("properties", {})
    for name, entry in properties.items():
        entry.get("definition", {}).pop("displayName", None)
        if entry.keys() == {"value"}:
            properties[name] = entry["value"]


def _plain(value: Any) -> Any:
    """Return containers without places, and text of CSV cells as text."""
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return str(value) if isinstance(value, str) else value
