"""Component types as they were written: what the service returns, with what the stack keeps. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.kept_members import PROPERTY_ORDER
from twin_stack.twinmaker.names import SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def with_kept_members(
    component_type: Mapping[str, Any], kept: Mapping[str, Any], sitewise_ids: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return a component type with the members that the stack keeps of it.

    Args:
        component_type: Members of a definition file, made of what the service returns.
        kept: Members that the stack keeps.
        sitewise_ids: Ids of the asset models that the stack made.

    Returns:
        The type, and names of properties whose formula is kept while the service no longer has them.
    """
    members = dict(component_type)
    properties: dict[str, Any] = dict(members.get("propertyDefinitions") or {})
    model = properties.get(SITEWISE_ASSET_MODEL_ID)
    if isinstance(model, dict) and _model_id(model) in sitewise_ids:
        del properties[SITEWISE_ASSET_MODEL_ID]
    gone: list[str] = []
    for name, own in (kept.get("propertyDefinitions") or {}).items():
        live = properties.get(name)
        if live is None and "dataType" not in own:
            gone.append(name)
            continue
        properties[name] = {**({"dataType": live} if isinstance(live, str) else live or {}), **own}
    order = {name: index for index, name in enumerate(kept.get(PROPERTY_ORDER) or sorted(properties))}
    members["propertyDefinitions"] = {
        name: properties[name]
        for name in sorted(properties, key=lambda name: (order.get(name, len(order)), name))
    }
    members["functions"] = {**(kept.get("functions") or {}), **(members.get("functions") or {})}
    members["extendsFrom"] = kept.get("extendsFrom", members.get("extendsFrom"))
    members["alarms"] = kept.get("alarms")
    return {name: content for name, content in members.items() if content}, gone


def _model_id(definition: Mapping[str, Any]) -> str:
    default = definition.get("defaultValue")
    return str(default.get("stringValue")) if isinstance(default, dict) else str(default)
