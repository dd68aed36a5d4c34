"""Tags of AWS resources."""

from __future__ import annotations

from typing import Annotated

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.names import IN_ONE_LINE
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns

TagKey = Annotated[
    str,
    StringRule(
        VALUE_NOT_ALLOWED,
        "tag key",
        *patterns.TAG_KEY,
        'letters, digits, spaces and "_.:/=+-@"',
    ),
]
TagValue = Annotated[str, StringRule(VALUE_NOT_ALLOWED, "tag value", *patterns.TAG_VALUE, IN_ONE_LINE)]
Tags = dict[TagKey, TagValue]
