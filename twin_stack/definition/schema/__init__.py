"""What a twin is: the shapes of the definition files, one module a part, named as the service names them.

Member names are those of the TwinMaker API (botocore's ``iottwinmaker`` model).
"""

from __future__ import annotations

from twin_stack.definition.schema.alarm import (
    ALARM_KEY,
    Alarm,
)
from twin_stack.definition.schema.bulk import Bulk
from twin_stack.definition.schema.component_type import (
    ComponentType,
    CompositeComponentType,
)
from twin_stack.definition.schema.connector import (
    DYNAMODB_SETTINGS,
    UTC_TIME,
    AttributeName,
    Connector,
)
from twin_stack.definition.schema.csv_format import (
    CsvFormat,
    ForEach,
    RowSelection,
)
from twin_stack.definition.schema.data_type import (
    DataType,
    DataValue,
    PropertyType,
    Relationship,
)
from twin_stack.definition.schema.entity import (
    Component,
    CompositeComponent,
    Entity,
)
from twin_stack.definition.schema.existing import (
    Existing,
    ExistingBucket,
    ExistingConnectorTable,
    ExistingTable,
    ExistingTopic,
    ExistingWorkspace,
    KeyArn,
    StageExisting,
)
from twin_stack.definition.schema.function import (
    Function,
    Implementation,
    LambdaFunction,
)
from twin_stack.definition.schema.ignore_entry import (
    IgnoreEntry,
)
from twin_stack.definition.schema.ingest import (
    DEVICE,
    MEMBER,
    TOPIC,
    Ingest,
)
from twin_stack.definition.schema.limits import (
    MANY_ENTITIES,
    MAX_ENTITIES,
)
from twin_stack.definition.schema.names import (
    COMPONENT_PATH,
    COMPONENT_TYPE_ID,
    DATA_NAME,
    DESCRIPTION,
    ENTITY_ID,
    ENTITY_NAME,
    IN_ONE_LINE,
    NAME,
    SCENE_ID,
    SHORT_TEXT,
    WORKSPACE_ID,
    ComponentPath,
    ComponentTypeId,
    ConfigurationValue,
    DataName,
    Description,
    DisplayName,
    EntityId,
    EntityName,
    LambdaArn,
    Name,
    ParentEntityId,
    SceneId,
    ShortText,
    WorkspaceId,
)
from twin_stack.definition.schema.property import (
    EXPRESSION,
    WINDOW,
    PropertyDefinition,
    PropertyGroup,
    PropertyValue,
    Variable,
)
from twin_stack.definition.schema.renames import (
    Renames,
)
from twin_stack.definition.schema.scene import (
    Capability,
    Scene,
    SceneMetadataValue,
)
from twin_stack.definition.schema.shape import (
    READ_ONLY_MEMBERS,
    ResponseShape,
    Shape,
    Unique,
)
from twin_stack.definition.schema.stage_functions import (
    StageConnector,
    StageVpc,
)
from twin_stack.definition.schema.stage_grafana import (
    StageGrafana,
)
from twin_stack.definition.schema.stage_web_app import (
    StageOidc,
    StageWebApp,
)
from twin_stack.definition.schema.string_rule import (
    StringRule,
)
from twin_stack.definition.schema.tags import (
    TagKey,
    Tags,
    TagValue,
)
from twin_stack.definition.schema.twin_file import (
    TwinFile,
)

__all__ = [
    "ALARM_KEY",
    "COMPONENT_PATH",
    "COMPONENT_TYPE_ID",
    "DATA_NAME",
    "DESCRIPTION",
    "DEVICE",
    "DYNAMODB_SETTINGS",
    "ENTITY_ID",
    "ENTITY_NAME",
    "EXPRESSION",
    "IN_ONE_LINE",
    "MANY_ENTITIES",
    "MAX_ENTITIES",
    "MEMBER",
    "NAME",
    "READ_ONLY_MEMBERS",
    "SCENE_ID",
    "SHORT_TEXT",
    "TOPIC",
    "UTC_TIME",
    "WINDOW",
    "WORKSPACE_ID",
    "Alarm",
    "AttributeName",
    "Bulk",
    "Capability",
    "Component",
    "ComponentPath",
    "ComponentType",
    "ComponentTypeId",
    "CompositeComponent",
    "CompositeComponentType",
    "ConfigurationValue",
    "Connector",
    "CsvFormat",
    "DataName",
    "DataType",
    "DataValue",
    "Description",
    "DisplayName",
    "Entity",
    "EntityId",
    "EntityName",
    "Existing",
    "ExistingBucket",
    "ExistingConnectorTable",
    "ExistingTable",
    "ExistingTopic",
    "ExistingWorkspace",
    "ForEach",
    "Function",
    "IgnoreEntry",
    "Implementation",
    "Ingest",
    "KeyArn",
    "LambdaArn",
    "LambdaFunction",
    "Name",
    "ParentEntityId",
    "PropertyDefinition",
    "PropertyGroup",
    "PropertyType",
    "PropertyValue",
    "Relationship",
    "Renames",
    "ResponseShape",
    "RowSelection",
    "Scene",
    "SceneId",
    "SceneMetadataValue",
    "Shape",
    "ShortText",
    "StageConnector",
    "StageExisting",
    "StageGrafana",
    "StageOidc",
    "StageVpc",
    "StageWebApp",
    "StringRule",
    "TagKey",
    "TagValue",
    "Tags",
    "TwinFile",
    "Unique",
    "Variable",
    "WorkspaceId",
]
