"""Conversion of CloudFormation properties to members of the service's API.

CloudFormation writes ``PropertyDefinitions.Speed.DataType.Type``, the API
``propertyDefinitions.Speed.dataType.type``: names of members begin in lower case, keys of maps stay as they
are. botocore's model of the service distinguishes the two, and defines the types of values: templates may
write ``"5"`` for 5 and ``"true"`` for true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StructureShape

from twin_stack.local.service.models import service_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

Json = dict[str, Any]

# Members whose names differ between CloudFormation and the API in more than case.
_RENAMED = {
    "Configurations": "configuration",  # of a component type's property; an entity's is singular
    "CompositeModelProperties": "properties",
}
# Properties of AWS::IoTTwinMaker::Entity and AWS::IoTSiteWise::AssetModel that requests do not have: they
# repeat the key of a map, or only the service sets them.
_NOT_SENT = frozenset(
    {
        "ComponentName",
        "ComponentPath",
        "DefinedIn",
        "IsFinal",
        "IsImported",
        "IsInherited",
        "LogicalId",
        "Status",
    }
)


# The component type around a nested component defines its type.
_NOT_SENT_IN = {"CompositeComponentRequest": frozenset({"ComponentTypeId"})}


class UnknownPropertyError(ValueError):
    """A template has a property that the resource type lacks."""


def to_request(service: str, shape: str, properties: Mapping[str, Any]) -> Json:
    """Return CloudFormation properties as members of an API structure.

    Args:
        service: ``iottwinmaker`` or ``iotsitewise``.
        shape: Name of the structure in botocore's model, such as ``ComponentRequest``.
        properties: Properties of a template, with all functions resolved.

    Raises:
        UnknownPropertyError: The structure has no such property.
        ValueError: A value cannot be converted to its type in the model.
    """
    request: Json = _convert(service_model(service).shape_for(shape), properties, "")
    return request


def members(service: str, shape: str) -> frozenset[str]:
    """Return the names of the members of a structure."""
    structure = service_model(service).shape_for(shape)
    return frozenset(structure.members) if isinstance(structure, StructureShape) else frozenset()


def _convert(shape: Shape, value: Any, place: str) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(shape, value, place)
    if isinstance(shape, MapShape):
        return {key: _convert(shape.value, item, f"{place}/{key}") for key, item in value.items()}
    if isinstance(shape, ListShape):
        return [_convert(shape.member, item, f"{place}/{n}") for n, item in enumerate(value)]
    try:
        return _scalar(shape.type_name, value)
    except (TypeError, ValueError):
        raise ValueError(f"#{place}: expected {shape.type_name}, found {value!r}") from None


def _structure(shape: StructureShape, value: Mapping[str, Any], place: str) -> Json:
    request = {}
    for name, item in value.items():
        if name in _NOT_SENT or name in _NOT_SENT_IN.get(shape.name, ()):
            continue
        member = _RENAMED.get(name, name[:1].lower() + name[1:])
        if member not in shape.members or not name[:1].isupper():
            raise UnknownPropertyError(f"#{place}: extraneous key [{name}] is not permitted")
        request[member] = _convert(shape.members[member], item, f"{place}/{name}")
    return request


def _scalar(kind: str, value: Any) -> Any:
    if kind == "boolean":
        return _boolean(value)
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("double", "float"):
        return float(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _boolean(value: Any) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError(value)
    return text == "true"
