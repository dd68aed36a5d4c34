"""The form of SiteWise's metadata transfer files, and what violates it. Pure.

Source: AWS IoT SiteWise user guide, "AWS IoT SiteWise metadata transfer job schema".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.members import MISSING_KEY, UNKNOWN_KEY, VALUE_NOT_ALLOWED, WRONG_TYPE
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.patterns import SITEWISE_EXTERNAL_ID, UUID, StringFormat
from twin_stack.twinmaker.quotas import MAX_FORMULA_LENGTH, MAX_SITEWISE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location


@dataclass(frozen=True, slots=True)
class _Text:
    """A text: its name, its form, and the form in words."""

    label: str
    format: StringFormat
    allowed: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """A mapping: its members, those it needs, and groups of which it needs one each."""

    members: Mapping[str, Any]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()


_LINE: Final = r"[^\x00-\x1f\x7f]+"
_NAME: Final = _Text("name", StringFormat(1, MAX_SITEWISE_NAME, _LINE), "in one line")
_DESCRIPTION: Final = _Text("description", StringFormat(1, 2048, _LINE), "in one line")
_ALIAS: Final = _Text("alias", StringFormat(1, 1000, _LINE), "in one line")
_VALUE: Final = _Text("value", StringFormat(1, 1 << 20, _LINE), "in one line")
_ANY: Final = _Text("text", StringFormat(0, 1 << 20, r"(?s).*"), "")
_ID: Final = _Text("id", UUID, "a UUID in lower case")
_EXTERNAL_ID: Final = _Text(
    "external id",
    SITEWISE_EXTERNAL_ID,
    'letters, digits, "_", "-", "." and ":", with a letter, digit or "_" at both ends',
)
_EXPRESSION: Final = _Text("expression", StringFormat(1, MAX_FORMULA_LENGTH, r"(?s).*"), "")
_INTERVAL: Final = _Text("interval", StringFormat(2, 23, r".*"), "")
_OFFSET: Final = _Text("offset", StringFormat(2, 25, r".*"), "")
_VARIABLE: Final = _Text(
    "variable", StringFormat(1, 64, r"[a-z][a-z0-9_]*"), "small letters, digits and _, with a letter first"
)
_ENABLED: Final = ("ENABLED", "DISABLED")
_OWN: Final = ("id", "externalId")

_FORWARDING: Final = _Shape({"state": _ENABLED}, required=("state",))
_COMPUTE: Final = ("EDGE", "CLOUD")
_VARIABLES: Final = [
    _Shape(
        {
            "name": _VARIABLE,
            "value": _Shape(
                {
                    "propertyId": _ID,
                    "propertyExternalId": _EXTERNAL_ID,
                    "hierarchyId": _ID,
                    "hierarchyExternalId": _EXTERNAL_ID,
                },
                one_of=(("propertyId", "propertyExternalId"),),
            ),
        },
        required=("name", "value"),
    )
]
_WINDOW: Final = _Shape(
    {"tumbling": _Shape({"interval": _INTERVAL, "offset": _OFFSET}, required=("interval",))}
)
_PROPERTY_TYPE: Final = _Shape(
    {
        "attribute": _Shape({"defaultValue": _VALUE}),
        "measurement": _Shape(
            {"processingConfig": _Shape({"forwardingConfig": _FORWARDING}, required=("forwardingConfig",))}
        ),
        "transform": _Shape(
            {
                "expression": _EXPRESSION,
                "variables": _VARIABLES,
                "processingConfig": _Shape(
                    {"computeLocation": _COMPUTE, "forwardingConfig": _FORWARDING},
                    required=("computeLocation",),
                ),
            },
            required=("expression", "variables"),
        ),
        "metric": _Shape(
            {
                "expression": _EXPRESSION,
                "variables": _VARIABLES,
                "window": _WINDOW,
                "processingConfig": _Shape({"computeLocation": _COMPUTE}, required=("computeLocation",)),
            },
            required=("expression", "variables", "window"),
        ),
    }
)
_TAGS: Final = [_Shape({"key": _ANY, "value": _ANY}, required=("key", "value"))]
_MODEL_PROPERTIES: Final = [
    _Shape(
        {
            "id": _ID,
            "externalId": _EXTERNAL_ID,
            "name": _NAME,
            "dataType": ("STRING", "INTEGER", "DOUBLE", "BOOLEAN", "STRUCT"),
            "dataTypeSpec": _NAME,
            "unit": _NAME,
            "type": _PROPERTY_TYPE,
        },
        required=("name", "dataType", "type"),
        one_of=(_OWN,),
    )
]
_COMPOSITES: Final = [
    _Shape(
        {
            "id": _ID,
            "externalId": _EXTERNAL_ID,
            "parentId": _ID,
            "parentExternalId": _EXTERNAL_ID,
            "composedAssetModelId": _ID,
            "composedAssetModelExternalId": _EXTERNAL_ID,
            "description": _DESCRIPTION,
            "name": _NAME,
            "type": _NAME,
            "properties": _MODEL_PROPERTIES,
        },
        required=("name", "type"),
        one_of=(_OWN,),
    )
]
_MODEL: Final = _Shape(
    {
        "assetModelId": _ID,
        "assetModelExternalId": _EXTERNAL_ID,
        "assetModelName": _NAME,
        "assetModelDescription": _DESCRIPTION,
        "assetModelType": ("ASSET_MODEL", "COMPONENT_MODEL"),
        "assetModelProperties": _MODEL_PROPERTIES,
        "assetModelCompositeModels": _COMPOSITES,
        "assetModelHierarchies": [
            _Shape(
                {
                    "id": _ID,
                    "externalId": _EXTERNAL_ID,
                    "name": _NAME,
                    "childAssetModelId": _ID,
                    "childAssetModelExternalId": _EXTERNAL_ID,
                },
                required=("name",),
                one_of=(_OWN, ("childAssetModelId", "childAssetModelExternalId")),
            )
        ],
        "tags": _TAGS,
    },
    required=("assetModelName",),
    one_of=(("assetModelId", "assetModelExternalId"),),
)
_ASSET: Final = _Shape(
    {
        "assetId": _ID,
        "assetExternalId": _EXTERNAL_ID,
        "assetModelId": _ID,
        "assetModelExternalId": _EXTERNAL_ID,
        "assetName": _NAME,
        "assetDescription": _DESCRIPTION,
        "assetProperties": [
            _Shape(
                {
                    "id": _ID,
                    "externalId": _EXTERNAL_ID,
                    "alias": _ALIAS,
                    "unit": _NAME,
                    "attributeValue": _VALUE,
                    "retainDataOnAliasChange": ("TRUE", "FALSE"),
                    "propertyNotificationState": _ENABLED,
                },
                one_of=(_OWN,),
            )
        ],
        "assetHierarchies": [
            _Shape(
                {
                    "id": _ID,
                    "externalId": _EXTERNAL_ID,
                    "childAssetId": _ID,
                    "childAssetExternalId": _EXTERNAL_ID,
                },
                one_of=(_OWN, ("childAssetId", "childAssetExternalId")),
            )
        ],
        "tags": _TAGS,
    },
    required=("assetName",),
    one_of=(("assetId", "assetExternalId"), ("assetModelId", "assetModelExternalId")),
)

MODELS: Final = "assetModels"
ASSETS: Final = "assets"
SECTIONS: Final = {MODELS: _MODEL, ASSETS: _ASSET}
"""Forms of the items by the list that has them."""


def fits(section: str, value: Any) -> bool:
    """Return whether an item has its form, without places.

    Args:
        section: The list that has it.
        value: The item.
    """
    return _fits(value, SECTIONS[section])


def violations(section: str, item: Any, place: Location) -> Iterator[Finding]:
    """Yield what is wrong with an item of a list.

    Args:
        section: The list that has it.
        item: The item with its places.
        place: Its place.
    """
    yield from _violations(item, SECTIONS[section], place, f"an item of {section}")


def _fits(value: Any, form: Any) -> bool:
    match form:
        case _Text():
            return isinstance(value, str) and form.format.fits(value)
        case tuple():
            return value in form
        case list():
            return isinstance(value, list) and all(_fits(item, form[0]) for item in value)
        case _Shape():
            return (
                isinstance(value, dict)
                and value.keys() <= form.members.keys()
                and value.keys() >= set(form.required)
                and all(any(name in value for name in group) for group in form.one_of)
                and all(_fits(content, form.members[name]) for name, content in value.items())
            )
    raise TypeError(form)


def _violations(value: Any, form: Any, place: Location, label: str) -> Iterator[Finding]:
    if _fits(value, form):
        return
    match form:
        case _Text() if isinstance(value, str):
            limits = f"{form.format.min_length:,} to {form.format.max_length:,} characters"
            message = f"{label} is {quote_value(value)}, which is not allowed: {limits}, {form.allowed}"
            yield VALUE_NOT_ALLOWED.finding(place, message, "correct it")
        case tuple() if isinstance(value, str):
            message = f"{label} is {quote_value(value)}, which is not allowed"
            yield VALUE_NOT_ALLOWED.finding(place, message, did_you_mean(value, form))
        case list() if isinstance(value, LocatedList):
            for index, item in enumerate(value):
                yield from _violations(item, form[0], at(value, index), f"an item of {label}")
        case _Shape() if isinstance(value, LocatedMap):
            yield from _violations_of_map(value, form, place)
        case _:
            kind = {list: "a list", _Shape: "a mapping"}.get(type(form), "a text")
            message = f"{label} is {quote_value(value)}, not {kind}"
            yield WRONG_TYPE.finding(place, message, f"write {kind}")


def _violations_of_map(value: LocatedMap, form: _Shape, place: Location) -> Iterator[Finding]:
    for name in value.keys() - form.members.keys():
        message = f"{quote_value(name)} is not a known key"
        yield UNKNOWN_KEY.finding(at(value, name, of_key=True), message, did_you_mean(name, form.members))
    for name in form.required:
        if name not in value:
            yield MISSING_KEY.finding(place, f'"{name}" is missing', "add it")
    for group in form.one_of:
        if not any(name in value for name in group):
            names = " or ".join(f'"{name}"' for name in group)
            yield MISSING_KEY.finding(place, f"{names} is missing", "add one of them")
    for name, content in value.items():
        if name in form.members:
            yield from _violations(content, form.members[name], at(value, name), f'"{name}"')
