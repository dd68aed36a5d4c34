"""Ids, names and short texts: what is allowed of each.

Every limit is the stricter of the API's (botocore's ``iottwinmaker`` model) and CloudFormation's. Patterns
are anchored: the service model leaves them unanchored, so that other checkers accept names the service may
refuse.
"""

from __future__ import annotations

from typing import Annotated

from twin_stack.definition.findings import Code
from twin_stack.definition.schema.string_rule import StringRule

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SCENE_ID = r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]+"
_ENTITY_ID = rf"{_UUID}|[a-zA-Z0-9][a-zA-Z_\-0-9.:]*[a-zA-Z0-9]+"
_WORD_CHARACTERS = 'letters, digits, "-" and "_"'
_SCENE_ID_ALLOWED = f"{_WORD_CHARACTERS}, not beginning with a dash, ending with a letter or digit"
_ENTITY_ID_ALLOWED = f'{_WORD_CHARACTERS}, "." and ":", beginning and ending with a letter or digit'
IN_ONE_LINE = "in one line"
"""What the API's pattern for free text, ``.*``, allows: no line breaks once it is anchored."""

WORKSPACE_ID = StringRule(Code.BAD_ID, "workspace id", 2, 128, _SCENE_ID, _SCENE_ID_ALLOWED)
WorkspaceId = Annotated[str, WORKSPACE_ID]
SCENE_ID = StringRule(Code.BAD_ID, "scene id", 2, 128, _SCENE_ID, _SCENE_ID_ALLOWED)
SceneId = Annotated[str, SCENE_ID]
ENTITY_ID = StringRule(Code.BAD_ID, "entity id", 2, 128, _ENTITY_ID, _ENTITY_ID_ALLOWED)
EntityId = Annotated[str, ENTITY_ID]
ParentEntityId = Annotated[
    str,
    StringRule(
        Code.BAD_ID,
        "parent entity id",
        2,
        128,
        rf"\$ROOT|{_ENTITY_ID}",
        f"{_ENTITY_ID_ALLOWED}, or $ROOT",
    ),
]
ENTITY_NAME = StringRule(  # CloudFormation's pattern; the API would also take other characters.
    Code.BAD_NAME,
    "entity name",
    2,
    256,
    r"[a-zA-Z_0-9-.][a-zA-Z_0-9-. ]*[a-zA-Z0-9]+",
    f'{_WORD_CHARACTERS}, "." and spaces, ending with a letter or digit',
)
EntityName = Annotated[str, ENTITY_NAME]
COMPONENT_TYPE_ID = StringRule(
    Code.BAD_ID, "component type id", 1, 256, r"[a-zA-Z_\.\-0-9:]+", f'{_WORD_CHARACTERS}, "." and ":"'
)
ComponentTypeId = Annotated[str, COMPONENT_TYPE_ID]
NAME = StringRule(Code.BAD_NAME, "name", 1, 256, r"[a-zA-Z_\-0-9]+", _WORD_CHARACTERS)
Name = Annotated[str, NAME]
COMPONENT_PATH = StringRule(
    Code.BAD_NAME, "component path", 1, 256, r"[a-zA-Z_\-0-9/]+", f'{_WORD_CHARACTERS} and "/"'
)
ComponentPath = Annotated[str, COMPONENT_PATH]
# CloudFormation: 512. The API would take 2,048.
DESCRIPTION = StringRule(Code.VALUE_NOT_ALLOWED, "description", 0, 512, r".*", IN_ONE_LINE)
Description = Annotated[str, DESCRIPTION]
SHORT_TEXT = StringRule(Code.VALUE_NOT_ALLOWED, "text", 1, 256, r".*", IN_ONE_LINE)
ShortText = Annotated[str, SHORT_TEXT]
DisplayName = Annotated[str, StringRule(Code.VALUE_NOT_ALLOWED, "display name", 0, 256, r".*", IN_ONE_LINE)]
ConfigurationValue = Annotated[
    str,
    StringRule(Code.VALUE_NOT_ALLOWED, "configuration value", 1, 256, r"[a-zA-Z_\-0-9]+", _WORD_CHARACTERS),
]
LambdaArn = Annotated[
    str,
    StringRule(  # CloudFormation: 128 characters. AWS does not document versions or aliases.
        Code.BAD_ID,
        "Lambda ARN",
        20,
        128,
        r"arn:(aws|aws-cn|aws-us-gov):lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+",
        "arn:aws:lambda:REGION:ACCOUNT:function:NAME without version or alias",
    ),
]
