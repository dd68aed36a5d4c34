"""Turn what pydantic finds into findings with a place, a code and a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from twin_stack.definition.findings import (
    MAX_FINDINGS,
    Code,
    Finding,
    Location,
    closest,
    did_you_mean,
    shown,
)
from twin_stack.definition.source import Located, LocatedList, LocatedMap, at, locate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

_REMEDY = {
    Code.BAD_ID: "rename it",
    Code.BAD_NAME: "rename it",
    Code.UNKNOWN_KEY: "remove it",
    Code.MISSING_KEY: "add it",
    Code.VALUE_NOT_ALLOWED: "change it to what is allowed",
    Code.WRONG_TYPE: "change it to what is expected",
    Code.BAD_LAYOUT: "give one of grid, line, circle and csv",
    Code.BAD_TOPIC: "change it to what is allowed",
    Code.NOT_IN_SQL: "change it to what is allowed",
    Code.BAD_ALARM: "change it to what is allowed",
}
_EXPECTED = {
    "string_type": "text; quote it",
    "bool_type": "true or false, without quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def validate(
    model: type[Model], data: Mapping[str, Any], source: Located, place: Location, findings: list[Finding]
) -> Model | None:
    """Validate one thing of a definition.

    Args:
        model: The shape it should have.
        data: What was read, ids filled in.
        source: The container it was read from, for the places of its members.
        place: Where the thing itself stands.
        findings: Takes every mistake.

    Returns:
        The thing, or None when it has mistakes.
    """
    try:
        return model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        if error.error_count() > MAX_FINDINGS:
            message = f"holds {error.error_count():,} mistakes, more than {MAX_FINDINGS:,} are not listed"
            findings.append(Finding(place, Code.TOO_MANY_FINDINGS, message, "check what kind of file it is"))
            return None
        details = error.errors(include_url=False)
        meant = {
            (*path, closest(str(name), _members(model, path)))
            for *path, name in (one["loc"] for one in details if one["type"] == "extra_forbidden")
        }
        findings += [
            _finding(model, detail, source, place)
            for detail in details
            if detail["type"] != "missing" or detail["loc"] not in meant  # a misspelt key is one mistake
        ]
        return None


_PLACEHOLDERS = {"entityName": "Unnamed"}
"""Stand in for required members with mistakes, so that the rest of the thing can be looked at."""


def salvage(model: type[Model], data: Mapping[str, Any]) -> Model | None:
    """Return what is left of a thing without its mistakes, so that they hide no others.

    Args:
        model: The shape it should have.
        data: What was read, found to have mistakes.

    Returns:
        The thing without the members, properties and components that have mistakes; None when that is not
        enough.
    """
    rest: Any = dict(data)
    for _ in range(2):  # a member that is taken out can be missed by the one around it
        try:
            return model.model_validate(rest)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                rest = _without(rest, detail["loc"])
    return None


def _without(data: dict[str, Any], path: Sequence[str | int]) -> dict[str, Any]:
    """Return a copy without the smallest part that can be taken out: a property, a component, a member."""
    if not path:
        return data
    name = str(path[0])
    inner: Any = data.get(name)
    in_mapping = name in _MAPPINGS and isinstance(inner, dict) and len(path) > 1 and path[1] in inner
    if not in_mapping:
        rest = {key: value for key, value in data.items() if key != name}
        return {**rest, name: _PLACEHOLDERS[name]} if name in _PLACEHOLDERS else rest
    key = str(path[1])
    member = inner[key]
    if isinstance(member, dict) and len(path) > 3 and path[2] in _MAPPINGS:
        return {**data, name: {**inner, key: _without(member, path[2:])}}
    return {**data, name: {other: value for other, value in inner.items() if other != key}}


_MAPPINGS = frozenset(
    {
        "propertyDefinitions",
        "functions",
        "propertyGroups",
        "compositeComponentTypes",
        "alarms",
        "components",
        "compositeComponents",
        "properties",
        "tags",
    }
)


def _finding(model: type[BaseModel], detail: ErrorDetails, source: Located, place: Location) -> Finding:
    path = detail["loc"]
    kind, context = detail["type"], detail.get("ctx", {})
    is_key = bool(path) and path[-1] == "[key]"
    if is_key:
        path = path[:-1]
    where = _place(source, path, place, is_key=is_key or kind == "extra_forbidden")
    name = shown(str(path[-1])) if path else "the definition"
    if kind == "missing":
        return Finding(where, Code.MISSING_KEY, f"{name} is missing", "add it")
    if kind == "extra_forbidden":
        known = _members(model, path[:-1])
        return Finding(
            where, Code.UNKNOWN_KEY, f"{name} is not a known key", did_you_mean(str(path[-1]), known)
        )
    if kind in Code.__members__:
        code = Code[kind]
        return Finding(where, code, detail["msg"], _REMEDY[code])
    value = shown(detail["input"])
    if kind == "literal_error":
        allowed = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ",").split(",")]
        message = f"{name} is {value}, which is not allowed"
        return Finding(where, Code.VALUE_NOT_ALLOWED, message, did_you_mean(str(detail["input"]), allowed))
    if kind in _EXPECTED:
        return Finding(where, Code.WRONG_TYPE, f"{name} is {value}", f"write {_EXPECTED[kind]}")
    message = f"{name} is {value}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return Finding(where, Code.VALUE_NOT_ALLOWED, message, _REMEDY[Code.VALUE_NOT_ALLOWED])


def _place(source: Located, path: Sequence[str | int], place: Location, *, is_key: bool) -> Location:
    if not path or not isinstance(source, LocatedMap | LocatedList):
        return place
    if is_key:
        container: Any = source
        for key in path[:-1]:
            try:
                container = container[key]
            except (LookupError, TypeError):
                return locate(source, path)
        if isinstance(container, LocatedMap):
            return at(container, path[-1], of_key=True)
    if path[0] not in source and len(path) == 1:
        return place
    return locate(source, path)


def _members(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the keys allowed where a path into a model ends."""
    shape: Any = model
    for key in path:
        shape = _unwrapped(shape)
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
            shape = fields.get(str(key))
        elif get_args(shape):
            shape = get_args(shape)[-1]  # the members of a list or a mapping
    shape = _unwrapped(shape)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [field.alias or name for name, field in shape.model_fields.items()]
    return []


def _unwrapped(shape: Any) -> Any:
    """Return a type without Annotated and without None."""
    if hasattr(shape, "__metadata__"):
        return _unwrapped(get_args(shape)[0])
    if get_origin(shape) not in (list, dict) and type(None) in get_args(shape):
        return _unwrapped(next(arg for arg in get_args(shape) if arg is not type(None)))
    return shape
