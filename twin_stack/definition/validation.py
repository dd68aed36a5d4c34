"""Validate what was read against the schema: each error of pydantic becomes a finding with a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from twin_stack.definition.findings import MAX_FINDINGS, Finding, Location
from twin_stack.definition.rules.members import MISSING_KEY, UNKNOWN_KEY, VALUE_NOT_ALLOWED, WRONG_TYPE
from twin_stack.definition.rules.reading import TOO_MANY_FINDINGS
from twin_stack.definition.schema.refusal import MEMBERS_CONTEXT, RULE_CONTEXT
from twin_stack.definition.source import Located, LocatedList, LocatedMap, at, locate
from twin_stack.definition.wording import closest, did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)

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
"""What is expected, by pydantic's type of error."""


def validate(
    model: type[Model], data: Mapping[str, Any], source: Located, place: Location, findings: list[Finding]
) -> Model | None:
    """Validate one item of a definition, such as an entity.

    Args:
        model: The shape it should have.
        data: What was read, ids filled in.
        source: The container it was read from, for the places of its members.
        place: Place of the item itself.
        findings: Receives every mistake.

    Returns:
        The item, or None when it has mistakes.
    """
    try:
        return model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        if error.error_count() > MAX_FINDINGS:
            message = f"holds {error.error_count():,} mistakes, more than {MAX_FINDINGS:,} are not listed"
            findings.append(TOO_MANY_FINDINGS.finding(place, message, "check what kind of file it is"))
            return None
        details = error.errors(include_url=False)
        misspelt = {
            (*path, closest(str(name), _member_names(model, path)))
            for *path, name in (detail["loc"] for detail in details if detail["type"] == "extra_forbidden")
        }
        findings += [
            _finding(model, own, source, place)
            for detail in details
            if detail["type"] != "missing" or detail["loc"] not in misspelt  # a misspelt key is one mistake
            for own in _by_member(detail)
        ]
        return None


def _by_member(detail: ErrorDetails) -> list[ErrorDetails]:
    """Return the error of a list as one for each member that is wrong."""
    members: Sequence[int] = detail.get("ctx", {}).get(MEMBERS_CONTEXT, ())
    split = [
        {
            **detail,
            "loc": (*detail["loc"], index),
            "msg": f"{quote_value(detail['input'][index])} {detail['msg']}",
        }
        for index in members
    ]
    return cast("list[ErrorDetails]", split) or [detail]


_PLACEHOLDERS = {
    "entityName": "Unnamed",
    "entityId": "unnamed",
    "componentTypeId": "unnamed",
    "sceneId": "unnamed",
    "workspaceId": "unnamed",
}
"""Values in place of required members with mistakes, so that the rest of the item can be checked."""


def salvage(model: type[Model], data: Mapping[str, Any]) -> Model | None:
    """Return an item without its mistakes, so that the rest of it can be checked.

    Args:
        model: The shape it should have.
        data: What was read, with mistakes.

    Returns:
        The item without the members, properties, components and connectors that have mistakes; None when the
        rest is no valid item.
    """
    rest: Any = dict(data)
    for _ in range(2):  # the container of a removed member may miss it
        try:
            return model.model_validate(rest)
        except ValidationError as error:
            if error.error_count() > MAX_FINDINGS:
                return None
            for detail in error.errors(include_url=False):
                rest = _without(rest, detail["loc"])
    return None


def _without(data: dict[str, Any], path: Sequence[str | int]) -> dict[str, Any]:
    """Return a copy without the smallest removable part on a path: a property, a component, a member."""
    if not path:
        return data
    name = str(path[0])
    inner: Any = data.get(name)
    is_mapping = name in _MAPPINGS or name in _WHOLE_ITEMS
    if not is_mapping or not isinstance(inner, dict) or len(path) == 1:
        rest = {key: value for key, value in data.items() if key != name}
        return {**rest, name: _PLACEHOLDERS[name]} if name in _PLACEHOLDERS else rest
    key = str(path[1])
    if key not in inner:
        return data  # removed because of another mistake in it
    member = inner[key]
    if isinstance(member, dict) and len(path) > 3 and path[2] in _MAPPINGS and name not in _WHOLE_ITEMS:
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
"""Members whose members can be removed one by one."""

_WHOLE_ITEMS = frozenset({"connectors", "ingest", "existing", "renames"})
"""Members of ``twin.yaml`` whose members are removed as a whole: the rest of one would mean another thing."""


def _finding(model: type[BaseModel], detail: ErrorDetails, source: Located, place: Location) -> Finding:
    path = detail["loc"]
    kind, context = detail["type"], detail.get("ctx", {})
    is_key = bool(path) and path[-1] == "[key]"
    if is_key:
        path = path[:-1]
    where = _place(source, path, place, is_key=is_key or kind == "extra_forbidden")
    name = quote_value(str(path[-1])) if path else "the definition"
    if kind == "missing":
        return MISSING_KEY.finding(where, f"{name} is missing")
    if kind == "extra_forbidden":
        names = _member_names(model, path[:-1])
        return UNKNOWN_KEY.finding(where, f"{name} is not a known key", did_you_mean(str(path[-1]), names))
    if (rule := context.get(RULE_CONTEXT)) is not None:
        finding: Finding = rule.finding(where, detail["msg"], _spelling_remedy(context, where))
        return finding
    value = quote_value(detail["input"])
    if kind == "literal_error":
        allowed = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ",").split(",")]
        message = f"{name} is {value}, which is not allowed"
        return VALUE_NOT_ALLOWED.finding(where, message, did_you_mean(str(detail["input"]), allowed))
    if kind in _EXPECTED:
        return WRONG_TYPE.finding(where, f"{name} is {value}", f"write {_EXPECTED[kind]}")
    message = f"{name} is {value}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return VALUE_NOT_ALLOWED.finding(where, message)


def _spelling_remedy(context: Mapping[str, Any], where: Location) -> str | None:
    """Return the remedy for letters with accents, None where the text is wrong without them too."""
    if not (spelling := context.get("spelling")):
        return None
    offer = ", or add transliterate: true to forEach" if where.file.suffix == ".csv" else ""
    return f"write {quote_value(spelling)}{offer}"


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


def _member_names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the keys allowed in the container at a path into a model."""
    shape: Any = model
    for key in path:
        shape = _unwrap(shape)
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
            shape = fields.get(str(key))
        elif get_args(shape):
            shape = get_args(shape)[-1]  # the members of a list or a mapping
    shape = _unwrap(shape)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [field.alias or name for name, field in shape.model_fields.items()]
    return []


def _unwrap(shape: Any) -> Any:
    """Return a type without Annotated and without None."""
    if hasattr(shape, "__metadata__"):
        return _unwrap(get_args(shape)[0])
    if get_origin(shape) not in (list, dict) and type(None) in get_args(shape):
        return _unwrap(next(arg for arg in get_args(shape) if arg is not type(None)))
    return shape
