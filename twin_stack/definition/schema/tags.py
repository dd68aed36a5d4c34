"""Tags of AWS resources."""

from __future__ import annotations

from typing import Annotated

from twin_stack.definition.findings import Code
from twin_stack.definition.schema.names import IN_ONE_LINE
from twin_stack.definition.schema.string_rule import StringRule

_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
TagKey = Annotated[
    str,
    StringRule(  # The service's pattern names Unicode classes: letters, digits, separators.
        Code.VALUE_NOT_ALLOWED,
        "tag key",
        1,
        128,
        rf"[\w.:/=+\-@{_SEPARATORS}]*",
        'letters, digits, spaces and "_.:/=+-@"',
    ),
]
TagValue = Annotated[str, StringRule(Code.VALUE_NOT_ALLOWED, "tag value", 1, 256, r".*", IN_ONE_LINE)]
Tags = dict[TagKey, TagValue]
