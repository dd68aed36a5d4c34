"""Ids, names and short texts: what is allowed of each.

Lengths and patterns are those of ``twin_stack.twinmaker.patterns``; here they get words for messages.
"""

from __future__ import annotations

from typing import Annotated

from twin_stack.definition.rules.members import INVALID_ID, INVALID_NAME, VALUE_NOT_ALLOWED
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns

_WORD_CHARACTERS = 'letters a-z without accents, digits, "-" and "_"'
_SCENE_ID_ALLOWED = f"{_WORD_CHARACTERS}, not beginning with a dash, ending with a letter or digit"
_ENTITY_ID_ALLOWED = f'{_WORD_CHARACTERS}, "." and ":", beginning and ending with a letter or digit'
IN_ONE_LINE = "in one line"
"""What the API's pattern for free text, ``.*``, allows: no line breaks once it is anchored."""

WORKSPACE_ID = StringRule(INVALID_ID, "workspace id", *patterns.WORKSPACE_ID, _SCENE_ID_ALLOWED)
WorkspaceId = Annotated[str, WORKSPACE_ID]
DATA_NAME = StringRule(INVALID_ID, "data name", *patterns.WORKSPACE_ID, _SCENE_ID_ALLOWED)
DataName = Annotated[str, DATA_NAME]
"""The same as of workspace ids, which are the default."""
SCENE_ID = StringRule(INVALID_ID, "scene id", *patterns.SCENE_ID, _SCENE_ID_ALLOWED)
SceneId = Annotated[str, SCENE_ID]
ENTITY_ID = StringRule(INVALID_ID, "entity id", *patterns.ENTITY_ID, _ENTITY_ID_ALLOWED)
EntityId = Annotated[str, ENTITY_ID]
PARENT_ENTITY_ID = StringRule(
    INVALID_ID, "parent entity id", *patterns.PARENT_ENTITY_ID, f"{_ENTITY_ID_ALLOWED}, or $ROOT"
)
ParentEntityId = Annotated[str, PARENT_ENTITY_ID]
ENTITY_NAME = StringRule(
    INVALID_NAME,
    "entity name",
    *patterns.ENTITY_NAME,
    f'{_WORD_CHARACTERS}, "." and spaces, ending with a letter or digit',
)
EntityName = Annotated[str, ENTITY_NAME]
COMPONENT_TYPE_ID = StringRule(
    INVALID_ID, "component type id", *patterns.COMPONENT_TYPE_ID, f'{_WORD_CHARACTERS}, "." and ":"'
)
ComponentTypeId = Annotated[str, COMPONENT_TYPE_ID]
NAME = StringRule(INVALID_NAME, "name", *patterns.NAME, _WORD_CHARACTERS)
Name = Annotated[str, NAME]
COMPONENT_PATH = StringRule(
    INVALID_NAME, "component path", *patterns.COMPONENT_PATH, f'{_WORD_CHARACTERS} and "/"'
)
ComponentPath = Annotated[str, COMPONENT_PATH]
DESCRIPTION = StringRule(VALUE_NOT_ALLOWED, "description", *patterns.DESCRIPTION, IN_ONE_LINE)
Description = Annotated[str, DESCRIPTION]
SHORT_TEXT = StringRule(VALUE_NOT_ALLOWED, "text", *patterns.SHORT_TEXT, IN_ONE_LINE)
ShortText = Annotated[str, SHORT_TEXT]
DisplayName = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "display name", *patterns.DISPLAY_NAME, IN_ONE_LINE)
]
ConfigurationValue = Annotated[
    str,
    StringRule(VALUE_NOT_ALLOWED, "configuration value", *patterns.CONFIGURATION_VALUE, _WORD_CHARACTERS),
]
LambdaArn = Annotated[
    str,
    StringRule(
        INVALID_ID,
        "Lambda ARN",
        *patterns.LAMBDA_ARN,
        "arn:aws:lambda:REGION:ACCOUNT:function:NAME without version or alias",
    ),
]
SceneFolder = Annotated[
    str,
    StringRule(
        INVALID_NAME,
        "scene folder",
        patterns.SCENE_KEY_PREFIX.min_length,
        patterns.SCENE_KEY_PREFIX.max_length,
        rf"\.|{patterns.SCENE_KEY_PREFIX.pattern}",
        'letters, digits, "_", "-", "." and "/", with no "/" at either end, or "." for the top of the bucket',
    ),
]
"""The characters that CloudFormation accepts in the location of a scene."""
