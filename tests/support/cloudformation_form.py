"""Component types and entities as CloudFormation has them, and what its schemas refuse of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape

from tests.support.cfn_lint import resource_schema
from tests.support.schema_members import mistakes

if TYPE_CHECKING:
    from botocore.model import Shape

Json = dict[str, Any]

_RENAMED = {"ComponentType": {"configuration": "Configurations"}, "Entity": {}}
_PATTERN_OF_ENTITY = r"[a-zA-Z_\-0-9]+"
"""Pattern of ``ComponentTypeId`` in the schema of entities: it lacks the dot that every type of AWS has."""


def resource_properties(noun: str, members: Json) -> Json:
    """Return members of a request as properties of a resource: names begin in upper case, keys of maps stay.

    Args:
        noun: ``ComponentType`` or ``Entity``.
        members: Members of its Create operation.
    """
    shape = _model().shape_for(f"Create{noun}Request")
    properties: Json = _convert(shape, members, _RENAMED[noun])
    return properties


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("iottwinmaker", "service-2"), "iottwinmaker")


def _convert(shape: Shape, value: Any, renamed: dict[str, str]) -> Any:
    if isinstance(shape, StructureShape):
        return {
            renamed.get(name, name[:1].upper() + name[1:]): _convert(shape.members[name], item, renamed)
            for name, item in value.items()
        }
    if isinstance(shape, MapShape):
        return {key: _convert(shape.value, item, renamed) for key, item in value.items()}
    if isinstance(shape, ListShape):
        return [_convert(shape.member, item, renamed) for item in value]
    return value


def refusal_of_schema(types: Json, entities: Json) -> str | None:
    """Return what CloudFormation's schemas refuse of a definition, whose patterns hold for the whole text.

    Args:
        types: Members of component types by id.
        entities: Members of entities by id.
    """
    for noun, items in (("ComponentType", types), ("Entity", entities)):
        schema = _anchored_schema(noun)
        for item_id, members in items.items():
            properties = {**resource_properties(noun, members), "WorkspaceId": "Plant", f"{noun}Id": item_id}
            if refused := mistakes(schema, properties):
                return f"{item_id}: {refused}"
    return None


@cache
def _anchored_schema(noun: str) -> Json:
    schema: Json = _anchored(resource_schema(f"AWS::IoTTwinMaker::{noun}"))
    return schema


def _anchored(schema: Any, name: str = "") -> Any:
    """Return a schema whose patterns hold for the whole text: JSON Schema searches them anywhere in it."""
    if isinstance(schema, list):
        return [_anchored(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result: Json = {}
    for key, value in schema.items():
        if key == "pattern" and isinstance(value, str):
            is_wrong = name == "ComponentTypeId" and value == _PATTERN_OF_ENTITY
            result[key] = value if is_wrong else f"^(?:{value})$"
        elif key == "patternProperties":
            result[key] = {f"^(?:{pattern})$": _anchored(each) for pattern, each in value.items()}
        else:
            result[key] = _anchored(value, key)
    return result
