"""What a twin is: the shapes of the definition files, named as the service names them.

Member names are those of the TwinMaker API (botocore's ``iottwinmaker`` model) and every limit is the
stricter of the API's and CloudFormation's, with the patterns anchored: the service model leaves them
unanchored, so that other checkers accept names the service may refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, core_schema

from twin_stack.definition.findings import Code, shown
from twin_stack.definition.row_layout import RowLayout, layout_problem
from twin_stack.definition.source import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.source import LocatedMap

DataValue = dict[str, Any]
"""A value in the service's own form: a mapping with one member, such as ``{"doubleValue": 1.5}``."""

ROOT = "$ROOT"
"""The parent of the entities at the top."""

MAX_ENTITIES = 400
"""Most entities of the ``cloudformation`` engine: CloudFormation takes 500 resources in a stack."""
MANY_ENTITIES = 300
"""From here on a warning says that the limit is near."""
MAX_RESOURCES = 500
"""Most resources of a stack (CloudFormation)."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True)
class Text:
    """A string type that says what is allowed, where a pattern alone would not.

    Attributes:
        code: The rule's code.
        what: What the text is, in the user's words.
        least: Fewest characters.
        most: Most characters.
        pattern: Regular expression for the whole text.
        allowed: The pattern in words.
    """

    code: Code
    what: str
    least: int
    most: int
    pattern: str
    allowed: str

    def fits(self, value: str) -> bool:
        """Return whether a text is allowed.

        Args:
            value: Any text. A long one is not matched at all: some patterns take quadratic time.
        """
        return self.least <= len(value) <= self.most and self.matches(value) is not None

    @cached_property
    def matches(self) -> Callable[[str], re.Match[str] | None]:
        """The pattern, for a whole text."""
        return re.compile(self.pattern).fullmatch

    def check(self, value: str) -> str:
        """Return the value when it is allowed.

        Args:
            value: Any text.

        Raises:
            PydanticCustomError: It is not allowed.
        """
        if self.fits(value):
            return value
        raise PydanticCustomError(
            self.code.name,
            "{what} {value} is not allowed: {least} to {most} characters, {allowed}",
            {"value": shown(value)} | {key: getattr(self, key) for key in _TEXT_WORDS},
        )

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check after the string check."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the limits to editors."""
        limits = {"minLength": self.least, "maxLength": self.most, "pattern": f"^({self.pattern})$"}
        return {**handler(schema), **limits}


_TEXT_WORDS = ("what", "least", "most", "allowed")

_WORDS = 'letters, digits, "-" and "_"'
_SCENE_ID = r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]+"
_ENTITY_ID = rf"{_UUID}|[a-zA-Z0-9][a-zA-Z_\-0-9.:]*[a-zA-Z0-9]+"
_IN_SCENE_ID = f"{_WORDS}, not beginning with a dash, ending with a letter or digit"
_IN_ENTITY_ID = f'{_WORDS}, "." and ":", beginning and ending with a letter or digit'

WORKSPACE_ID = Text(Code.BAD_ID, "workspace id", 2, 128, _SCENE_ID, _IN_SCENE_ID)
WorkspaceId = Annotated[str, WORKSPACE_ID]
SCENE_ID = Text(Code.BAD_ID, "scene id", 2, 128, _SCENE_ID, _IN_SCENE_ID)
SceneId = Annotated[str, SCENE_ID]
ENTITY_ID = Text(Code.BAD_ID, "entity id", 2, 128, _ENTITY_ID, _IN_ENTITY_ID)
EntityId = Annotated[str, ENTITY_ID]
ParentEntityId = Annotated[
    str,
    Text(
        Code.BAD_ID,
        "parent entity id",
        2,
        128,
        rf"\$ROOT|{_ENTITY_ID}",
        f"{_IN_ENTITY_ID}, or $ROOT",
    ),
]
ENTITY_NAME = Text(  # CloudFormation's pattern; the API would also take other characters.
    Code.BAD_NAME,
    "entity name",
    2,
    256,
    r"[a-zA-Z_0-9-.][a-zA-Z_0-9-. ]*[a-zA-Z0-9]+",
    f'{_WORDS}, "." and spaces, ending with a letter or digit',
)
EntityName = Annotated[str, ENTITY_NAME]
COMPONENT_TYPE_ID = Text(
    Code.BAD_ID, "component type id", 1, 256, r"[a-zA-Z_\.\-0-9:]+", f'{_WORDS}, "." and ":"'
)
ComponentTypeId = Annotated[str, COMPONENT_TYPE_ID]
NAME = Text(Code.BAD_NAME, "name", 1, 256, r"[a-zA-Z_\-0-9]+", _WORDS)
Name = Annotated[str, NAME]
COMPONENT_PATH = Text(Code.BAD_NAME, "component path", 1, 256, r"[a-zA-Z_\-0-9/]+", f'{_WORDS} and "/"')
ComponentPath = Annotated[str, COMPONENT_PATH]
# The API's pattern for free text is `.*`: no line breaks once it is anchored.
_IN_ONE_LINE = "in one line"
# CloudFormation: 512. The API would take 2,048.
DESCRIPTION = Text(Code.VALUE_NOT_ALLOWED, "description", 0, 512, r".*", _IN_ONE_LINE)
Description = Annotated[str, DESCRIPTION]
SHORT_TEXT = Text(Code.VALUE_NOT_ALLOWED, "text", 1, 256, r".*", _IN_ONE_LINE)
ShortText = Annotated[str, SHORT_TEXT]
DisplayName = Annotated[str, Text(Code.VALUE_NOT_ALLOWED, "display name", 0, 256, r".*", _IN_ONE_LINE)]
ConfigurationValue = Annotated[
    str,
    Text(Code.VALUE_NOT_ALLOWED, "configuration value", 1, 256, r"[a-zA-Z_\-0-9]+", _WORDS),
]
EXPRESSION = Text(Code.VALUE_NOT_ALLOWED, "expression", 1, 1024, r".*", _IN_ONE_LINE)
WINDOW = Text(
    Code.VALUE_NOT_ALLOWED, "window", 2, 23, r"[1-9][0-9]*[mhdw]", "minutes, hours, days or weeks such as 5m"
)
LambdaArn = Annotated[
    str,
    Text(  # CloudFormation: 128 characters. What the service does with a version or alias is not documented.
        Code.BAD_ID,
        "Lambda ARN",
        20,
        128,
        r"arn:(aws|aws-cn|aws-us-gov):lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+",
        "arn:aws:lambda:REGION:ACCOUNT:function:NAME without version or alias",
    ),
]


def _no_repeats(values: list[str]) -> list[str]:
    repeated = next((value for index, value in enumerate(values) if value in values[:index]), None)
    if repeated is None:
        return values
    raise PydanticCustomError(
        Code.VALUE_NOT_ALLOWED.name, "{value} stands twice in the list", {"value": shown(repeated)}
    )


Unique = AfterValidator(_no_repeats)
"""CloudFormation refuses repeated members of these lists."""


class _Shape(BaseModel):
    """Members in the service's spelling, unknown ones refused, nothing converted, nothing changed later."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        defer_build=True,
    )


class _Pasted(_Shape):
    """A shape that AWS also prints.

    Members that the service prints and does not take are left out, so that its JSON can be pasted in whole.
    """

    printed: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _leave_out_printed(cls, data: Any) -> Any:
        if isinstance(data, dict) and not cls.printed.isdisjoint(data):
            return {key: value for key, value in data.items() if key not in cls.printed}
        return data


_PRINTED = frozenset(
    {"workspaceId", "arn", "creationDateTime", "updateDateTime", "status", "syncSource", "ResponseMetadata"}
)


PropertyType = Literal["RELATIONSHIP", "STRING", "LONG", "BOOLEAN", "INTEGER", "DOUBLE", "LIST", "MAP"]


class Relationship(_Shape):
    """What a property of type RELATIONSHIP may point at."""

    target_component_type_id: ComponentTypeId | None = None
    relationship_type: ShortText | None = None


class DataType(_Shape):
    """The type of a property. ``dataType: DOUBLE`` is short for ``dataType: {type: DOUBLE}``.

    Attributes:
        type: One of RELATIONSHIP, STRING, LONG, BOOLEAN, INTEGER, DOUBLE, LIST, MAP.
        nested_type: Type of the members of a LIST or MAP.
        allowed_values: At most 50 values, bare or in the service's form.
        unit_of_measure: Unit, 1 to 256 characters.
        relationship: Target of a RELATIONSHIP.
    """

    type: PropertyType
    nested_type: DataType | None = None
    allowed_values: list[Any] | None = Field(default=None, max_length=50)
    unit_of_measure: ShortText | None = None
    relationship: Relationship | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"type": data} if isinstance(data, str) else data


class Variable(_Shape):
    """A property that an expression uses under another name.

    Attributes:
        property_name: Its name.
        component_type_id: The property is that of components of this type on the entities below; by default
            it is one of the same component.
    """

    property_name: Name
    component_type_id: ComponentTypeId | None = None


class PropertyDefinition(_Shape):
    """A property of a component type. ``sensorModel: STRING`` is short for its data type alone.

    A property that overrides an inherited one may give only what differs.

    Attributes:
        data_type: Type, unit and allowed values.
        is_time_series: Values come with a time.
        is_stored_externally: A connector answers for it. Not given, a time series of a type with a
            connector is stored externally.
        is_external_id: It names the thing in another system.
        is_required_in_entity: An entity must give a value.
        default_value: Value where the entity gives none, bare or in the service's form.
        configuration: Words for the connector; letters, digits, "-" and "_" only (CloudFormation).
        expression: Formula by which IoT SiteWise computes the values, where the twin manages the assets: for
            each value of the properties it uses, or over a window. The property is then a time series, and a
            DOUBLE, without saying so.
        window: Time over which an expression is computed, such as ``5m``: 1 minute to 1 week.
        variables: Properties that an expression uses under another name, such as those of entities below.
        display_name: At most 256 characters. CloudFormation has no such member: never deployed.
        is_inherited: Printed by the service: only the default value and configuration are deployed.
        is_imported: Printed by the service of a property its schema initializer made: never deployed.
        is_final: Printed by the service: never deployed.
    """

    data_type: DataType | None = None
    is_time_series: bool | None = None
    is_stored_externally: bool | None = None
    is_external_id: bool | None = None
    is_required_in_entity: bool | None = None
    default_value: Any = None
    configuration: dict[Name, ConfigurationValue] | None = None
    expression: Annotated[str, EXPRESSION] | None = None
    window: Annotated[str, WINDOW] | None = None
    variables: dict[Name, Variable] | None = None
    display_name: DisplayName | None = None
    is_inherited: bool = False
    is_imported: bool = False
    is_final: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        if isinstance(data, dict) and "expression" in data:
            return {"isTimeSeries": True, "dataType": "DOUBLE", **data}
        return {"dataType": data} if isinstance(data, str) else data

    @property
    def other_names(self) -> Mapping[str, Variable]:
        """What its expression uses under another name."""
        return self.variables or {}


class LambdaFunction(_Shape):
    """A Lambda function by ARN."""

    arn: LambdaArn


class Implementation(_Shape):
    """What answers a function: a Lambda or the service itself."""

    lambda_: LambdaFunction | None = Field(default=None, alias="lambda")
    is_native: bool | None = None


class Function(_Shape):
    """A function of a component type, such as ``dataReader``.

    Attributes:
        connector: Name of a connector of ``twin.yaml``; or else
        implemented_by: an existing Lambda's ARN, or native. Neither: the type is abstract.
        required_properties: Properties that need a value before the function may run, at most 256.
        scope: ENTITY or WORKSPACE.
        is_inherited: Printed by the service: such a function is never deployed.
    """

    connector: str | None = None
    implemented_by: Implementation | None = None
    required_properties: Annotated[list[Name], Field(max_length=256), Unique] = []
    scope: Literal["ENTITY", "WORKSPACE"] | None = None
    is_inherited: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"connector": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one_implementation(self) -> Function:
        if self.connector is not None and self.implemented_by is not None:
            raise PydanticCustomError(
                Code.VALUE_NOT_ALLOWED.name, "both connector and implementedBy are given"
            )
        return self

    @property
    def is_implemented(self) -> bool:
        """Whether something answers it."""
        by = self.implemented_by
        return self.connector is not None or (
            by is not None and (by.lambda_ is not None or bool(by.is_native))
        )


class PropertyGroup(_Shape):
    """Properties that are read together.

    Attributes:
        group_type: TABULAR.
        property_names: 1 to 256 properties.
        is_inherited: Printed by the service: such a group is never deployed.
    """

    group_type: Literal["TABULAR"]
    property_names: Annotated[list[Name], Field(min_length=1, max_length=256), Unique]
    is_inherited: bool = False


class CompositeComponentType(_Shape):
    """A component type inside of another.

    Attributes:
        component_type_id: Its id.
        is_inherited: Printed by the service: such a part is never deployed.
    """

    component_type_id: ComponentTypeId
    is_inherited: bool = False


ALARM_KEY = Text(
    Code.BAD_ALARM,
    "alarm key",
    10,
    128,
    r"[a-zA-Z0-9_.:#/-]*\$\{device\}[a-zA-Z0-9_.:#/-]+|[a-zA-Z0-9_.:#/-]+\$\{device\}",
    '${device} with letters, digits and "_.:#/-" before or behind it',
)


class Alarm(_Shape):
    """When the devices of a component type raise an alarm.

    Attributes:
        property: The time series that is watched.
        above: Raised by a value above it.
        below: Raised by a value below it.
        hysteresis: How far a value has to come back before the alarm is over, in the property's unit.
        for_seconds: How long values have to stay beyond the limit: dwell time, at most a day.
        missing_after_seconds: Raised as well when no value came for so long.
        severity: WARNING or CRITICAL, for alarm types that tell them apart.
        alarm_type_id: Component type of the alarm. Absent: the only one that extends
            ``com.amazon.iottwinmaker.alarm.basic``.
        alarm_key: The ``alarm_key`` of the component that shows it; ``${device}`` is the device id.
    """

    property: Name
    above: float | None = None
    below: float | None = None
    hysteresis: Annotated[float, Field(ge=0)] = 0.0
    for_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    missing_after_seconds: Annotated[int, Field(ge=60, le=604_800)] | None = None
    severity: Literal["WARNING", "CRITICAL"] = "CRITICAL"
    alarm_type_id: ComponentTypeId | None = None
    alarm_key: Annotated[str, ALARM_KEY] = "${device}-alarm"

    @model_validator(mode="after")
    def _has_a_limit(self) -> Alarm:
        if self.above is not None and self.below is not None:
            raise PydanticCustomError(Code.BAD_ALARM.name, "both above and below are given")
        if self.above is None and self.below is None and self.missing_after_seconds is None:
            raise PydanticCustomError(
                Code.BAD_ALARM.name, "neither above nor below nor missingAfterSeconds is given"
            )
        return self


_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
TagKey = Annotated[
    str,
    Text(  # The service's pattern names Unicode classes: letters, digits, separators.
        Code.VALUE_NOT_ALLOWED,
        "tag key",
        1,
        128,
        rf"[\w.:/=+\-@{_SEPARATORS}]*",
        'letters, digits, spaces and "_.:/=+-@"',
    ),
]
TagValue = Annotated[str, Text(Code.VALUE_NOT_ALLOWED, "tag value", 1, 256, r".*", _IN_ONE_LINE)]
Tags = dict[TagKey, TagValue]


class ComponentType(_Pasted):
    """A component type.

    Attributes:
        component_type_id: Its id.
        component_type_name: At most 256 characters. CloudFormation has no such member: never deployed.
        description: At most 512 characters (CloudFormation).
        extends_from: At most 10 parents (TwinMaker guide), each once.
        is_singleton: At most one component of it on an entity.
        property_definitions: By name.
        functions: By the service's name for them (``dataReader``, ...).
        property_groups: By name.
        composite_component_types: By name.
        alarms: By a name of your own. The service knows none of them: a function of the stack watches.
        tags: At most 50.
    """

    component_type_id: ComponentTypeId
    printed: ClassVar[frozenset[str]] = _PRINTED | {"isAbstract", "isSchemaInitialized"}

    component_type_name: DisplayName | None = None
    description: Description | None = None
    extends_from: Annotated[list[ComponentTypeId], Field(max_length=10), Unique] = []
    is_singleton: bool | None = None
    property_definitions: dict[Name, PropertyDefinition] = {}
    functions: dict[Name, Function] = {}
    property_groups: dict[Name, PropertyGroup] = {}
    composite_component_types: dict[Name, CompositeComponentType] = {}
    alarms: dict[Name, Alarm] = {}
    tags: Tags = Field(default={}, max_length=50)

    @property
    def needs(self) -> list[str]:
        """Ids of the types that have to exist before this one: its parents and its parts."""
        parts = [part.component_type_id for part in self.composite_component_types.values()]
        return [*self.extends_from, *parts]


class PropertyValue(_Shape):
    """What an entity says of a property.

    Attributes:
        value: Bare, or in the service's form; after loading always the latter, or None.
        definition: For a property that the component type does not have.
    """

    value: Any = None
    definition: PropertyDefinition | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_bare_value(cls, data: Any) -> Any:
        if isinstance(data, dict) and data and data.keys() <= _PRINTED_OF_A_VALUE:
            return {key: data[key] for key in ("value", "definition") if key in data}
        return {"value": data}


_PRINTED_OF_A_COMPONENT = frozenset(
    {
        "componentName",
        "definedIn",
        "status",
        "syncSource",
        "areAllPropertiesReturned",
        "compositeComponents",
        "areAllCompositeComponentsReturned",
    }
)
_PRINTED_OF_A_VALUE = frozenset({"value", "definition", "updateType", "areAllPropertyValuesReturned"})


class Component(_Pasted):
    """A component of an entity.

    Attributes:
        component_type_id: Its type.
        description: At most 512 characters (CloudFormation).
        properties: Values by property name.
        property_groups: By name.
    """

    printed: ClassVar[frozenset[str]] = _PRINTED_OF_A_COMPONENT

    component_type_id: ComponentTypeId
    description: Description | None = None
    properties: dict[Name, PropertyValue] = {}
    property_groups: dict[Name, PropertyGroup] = {}


class CompositeComponent(_Pasted):
    """Values for a component inside of a composite one, by its path."""

    printed: ClassVar[frozenset[str]] = _PRINTED_OF_A_COMPONENT | {"componentTypeId", "componentPath"}

    description: Description | None = None
    properties: dict[Name, PropertyValue] = {}
    property_groups: dict[Name, PropertyGroup] = {}


class Entity(_Pasted):
    """An entity.

    Attributes:
        entity_id: Its id; never change it, everything else may change in place.
        entity_name: CloudFormation's pattern: letters, digits, "-", "_", "." and spaces.
        description: At most 512 characters (CloudFormation).
        parent_entity_id: Its parent, default ``$ROOT``.
        components: By name.
        composite_components: By path.
        tags: At most 50.
    """

    printed: ClassVar[frozenset[str]] = _PRINTED | {"hasChildEntities", "areAllComponentsReturned"}

    entity_id: EntityId
    entity_name: EntityName
    description: Description | None = None
    parent_entity_id: ParentEntityId = ROOT
    components: dict[Name, Component] = {}
    composite_components: dict[ComponentPath, CompositeComponent] = {}
    tags: Tags = Field(default={}, max_length=50)


AttributeName = Annotated[str, Field(min_length=1, max_length=255)]
"""Of a DynamoDB table."""

UTC_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$"
DYNAMODB_SETTINGS = frozenset(
    {
        "table_name",
        "partition_key",
        "sort_key",
        "component_type_index",
        "time_unit",
        "key_property",
        "partition",
        "sort_prefix",
        "value_attribute",
        "device_attribute",
        "property_attribute",
        "first_bucket",
        "list_devices",
    }
)


class Connector(_Shape):
    """What answers for values that TwinMaker does not store.

    Attributes:
        kind: ``dynamodb`` and ``sitewise`` are the readers of this project, ``lambda`` is an existing
            function, ``sitewise-native`` the service's own ``com.amazon.iotsitewise.connector``.
        arn: ARN of the function, for ``lambda``.
        table_name: An existing DynamoDB table, for ``dynamodb``; absent, the twin gets its own.
        partition_key: Attribute that names the device, for ``dynamodb``.
        sort_key: Attribute that holds the time, for ``dynamodb``.
        component_type_index: Index of an existing table for reads by component type.
        time_unit: What the sort key counts since 1970 in UTC, or ``iso`` where it is RFC 3339 text.
        key_property: Property whose value names the device, where it is not the external id.
        partition: How the partition key is written, of ``${device}``, ``${property}`` and one of
            ``${hour}``, ``${day}``, ``${month}``.
        sort_prefix: Text before the time in a sort key of kind ``iso``.
        value_attribute: Attribute of the value where a row holds one property.
        device_attribute: Attribute by which a row of the index names its device.
        property_attribute: Attribute by which a row of the index names its property.
        first_bucket: Time before which there are no rows; needed where partitions hold a stretch of time.
        list_devices: Tell the connector which devices each component type has, where no index does.
        assets: ``managed`` makes asset models and assets of what the connector reads, for ``sitewise``;
            ``existing`` ones are named by the components. ``sitewise-native`` always manages them.
        property_alias: For ``sitewise``: template of the alias of every property whose configuration
            names no SiteWise property. A configuration cannot hold one, for CloudFormation lets it have
            no "/"; SiteWise takes 2,048 characters.
    """

    kind: Literal["dynamodb", "sitewise", "sitewise-native", "lambda"]
    arn: LambdaArn | None = None
    table_name: Annotated[str, Field(min_length=3, max_length=255, pattern=r"^[a-zA-Z0-9_.-]+$")] | None = (
        None
    )
    partition_key: AttributeName = "device_id"
    sort_key: AttributeName = "timestamp"
    component_type_index: Annotated[str, Field(min_length=3, max_length=255)] | None = None
    time_unit: Literal["s", "ms", "us", "iso"] = "ms"
    key_property: Name | None = None
    partition: Annotated[str, Field(min_length=1, max_length=2048)] = "${device}"
    sort_prefix: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    value_attribute: AttributeName = "value"
    device_attribute: AttributeName | None = None
    property_attribute: AttributeName = "property"
    first_bucket: Annotated[str, Field(pattern=UTC_TIME)] | None = None
    list_devices: bool = False
    assets: Literal["managed", "existing"] = "existing"
    property_alias: Annotated[str, Field(min_length=1, max_length=2048)] | None = None

    @property
    def layout(self) -> RowLayout:
        """How the rows of a DynamoDB table are keyed."""
        return RowLayout(**{one.name: getattr(self, one.name) for one in fields(RowLayout)})

    @property
    def manages_assets(self) -> bool:
        """Whether the twin makes the SiteWise assets that are read."""
        return self.kind == "sitewise-native" or self.assets == "managed"

    @model_validator(mode="after")
    def _members_fit_kind(self) -> Connector:
        given = self.model_fields_set - {"kind"}
        allowed = {
            "dynamodb": DYNAMODB_SETTINGS,
            "sitewise": {"assets", "property_alias"},
            "sitewise-native": set(),
            "lambda": {"arn"},
        }[self.kind]
        wrong = sorted(to_camel(name) for name in given - allowed)
        if wrong:
            raise PydanticCustomError(
                Code.UNKNOWN_KEY.name,
                "{wrong} does not belong to a connector of kind {kind}",
                {"wrong": ", ".join(wrong), "kind": self.kind},
            )
        if self.kind == "lambda" and self.arn is None:
            raise PydanticCustomError(Code.MISSING_KEY.name, 'a connector of kind "lambda" needs "arn"')
        if self.manages_assets and self.property_alias is not None:
            raise PydanticCustomError(
                Code.VALUE_NOT_ALLOWED.name,
                "propertyAlias is for existing assets; managed ones get their aliases from the twin",
            )
        if self.kind == "dynamodb":
            problem = self._layout_problem(given)
            if problem is not None:
                raise PydanticCustomError(Code.VALUE_NOT_ALLOWED.name, "{problem}", {"problem": problem})
        return self

    def _layout_problem(self, given: set[str]) -> str | None:
        if self.table_name is None and not given <= {"key_property"}:
            return "keys and index can be named for an existing table only"
        if self.component_type_index is not None and self.list_devices:
            return "componentTypeIndex and listDevices are two ways to the same; give one"
        return layout_problem(self.layout, self.time_unit, self.component_type_index)


_SEGMENT = r"(\+|[a-zA-Z0-9_.:=,@-]+)"
TOPIC = Text(  # AWS IoT Core quotas: 256 bytes, 7 slashes. A topic that begins with $ is reserved.
    Code.BAD_TOPIC,
    "topic",
    1,
    256,
    rf"{_SEGMENT}(/{_SEGMENT}){{0,7}}|{_SEGMENT}(/{_SEGMENT}){{0,6}}/#",
    'at most 8 parts of letters, digits and "_.:=,@-" between slashes, "+" for any one, "#" as the last',
)
_MEMBER = r"[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*"
MEMBER = Text(
    Code.NOT_IN_SQL,
    "member of the message",
    1,
    256,
    _MEMBER,
    'names of letters, digits and "_", one inside of another with "." between them',
)
DEVICE = Text(
    Code.NOT_IN_SQL,
    "place of the device id",
    1,
    256,
    rf"topic\([1-8]\)|clientid\(\)|{_MEMBER}",
    "topic(N) for a part of the topic, clientid(), or a member of the message such as device.id",
)


class Ingest(_Shape):
    """Messages of devices, published to AWS IoT Core: a topic rule takes them to where connectors read.

    Attributes:
        topic: Topic filter of the messages.
        component_type_id: Whose properties they carry. A rule writes rows of one type.
        device_id: Where the device id stands: ``topic(N)``, counted from 1, ``clientid()``, or a member of
            the message. It is the component's external id, or else the entity id.
        time: Member of the message with the time of the measurement, a number since 1970 in UTC. With the
            device id it is the key of a row, so that a message that comes twice or late does no harm.
        time_unit: What that number counts.
        properties: Members by property. Absent: each time series of the type under its own name.
        connectors: Who reads what is written. Absent: the reader of the component type.
        expires_after_days: After how many days DynamoDB may delete a row. Absent: never.
        basic_ingest: Devices publish to the rule itself, past the message broker: cheaper, and nobody else
            can subscribe.
    """

    topic: Annotated[str, TOPIC]
    component_type_id: ComponentTypeId
    device_id: Annotated[str, DEVICE]
    time: Annotated[str, MEMBER] = "timestamp"
    time_unit: Literal["s", "ms"] = "ms"
    properties: dict[Name, Annotated[str, MEMBER]] = {}
    connectors: Annotated[list[Name], Field(min_length=1), Unique] | None = None
    expires_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    basic_ingest: bool = False


class TwinFile(_Shape):
    """``twin.yaml``.

    Attributes:
        workspace_id: Id of the workspace.
        description: At most 512 characters (CloudFormation).
        connectors: By the name that functions use.
        ingest: What devices publish, by a name of your own.
        engine: How entities are deployed. ``cloudformation``: one resource each, 400 at most.
        tags: Of the workspace, at most 50.
    """

    workspace_id: WorkspaceId
    description: Description | None = None
    connectors: dict[Name, Connector] = {}
    ingest: dict[Name, Ingest] = {}
    engine: Literal["cloudformation"] = "cloudformation"
    tags: Tags = Field(default={}, max_length=50)


Capability = Annotated[str, Text(Code.VALUE_NOT_ALLOWED, "capability", 0, 256, r".*", _IN_ONE_LINE)]
SceneMetadataValue = Annotated[
    str, Text(Code.VALUE_NOT_ALLOWED, "metadata value", 0, 2048, r".*", _IN_ONE_LINE)
]


class Scene(_Shape):
    """A scene: the viewer's own document, and what the service keeps beside it.

    Attributes:
        scene_id: Its id, by default the name of its file.
        document: The viewer's JSON document, nodes numbered.
        description: At most 512 characters (CloudFormation).
        capabilities: At most 50 of at most 256 characters, each once.
        scene_metadata: At most 50 values of at most 2,048 characters, by name.
    """

    scene_id: SceneId
    document: dict[str, Any]
    description: Description | None = None
    capabilities: Annotated[list[Capability], Field(max_length=50), Unique] = []
    scene_metadata: dict[Name, SceneMetadataValue] = Field(default={}, max_length=50)


@dataclass(frozen=True, slots=True)
class TwinDefinition:
    """A whole twin, checked: references hold, values are typed, parents stand before their children.

    Attributes:
        twin: What ``twin.yaml`` says.
        component_types: By id, parents first.
        entities: By id, parents first.
        scenes: By id.
        assets: Folder of models and textures, None where the twin has none.
        warnings: What the checks found worth knowing.
        sources: What was written, by kind (``component_types``, ``entities``, ``scenes``) and id.
    """

    twin: TwinFile
    component_types: Mapping[str, ComponentType]
    entities: Mapping[str, Entity]
    scenes: Mapping[str, Scene]
    assets: Path | None
    warnings: tuple[Finding, ...]
    sources: Mapping[tuple[str, str], LocatedMap]

    @property
    def workspace_id(self) -> str:
        """Id of the workspace."""
        return self.twin.workspace_id

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """Connectors by the name that functions use."""
        return self.twin.connectors

    def location(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return where a value was written.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
            item_id: Id of the component type, entity or scene.
            path: Keys from there to the value, in the service's spelling, such as
                ``"components", "temperatureSensor", "properties", "sensorModel"``.

        Returns:
            File, line and column; of the nearest container where the value itself was not written.

        Raises:
            KeyError: There is no such item.
        """
        return locate(self.sources[kind, item_id], path)
