"""Rules of ignores: comments and entries that accept a finding."""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

INVALID_IGNORE = Rule(
    "TWIN260",
    "invalid-ignore",
    """A finding is ignored without a reason, or with a code that does not exist. Errors can be
    ignored in scenes and models only, which are deployed as they are; warnings everywhere.

    Bad:
        component_types/t.yaml:
            com.example.Sensor: {componentTypeName: Sensor}  # twin: ignore TWIN029

    Finding:
        component_types/t.yaml:1:50 TWIN260 TWIN029 is ignored without a reason; write the reason after the
        code

    Fix:
        Write code and reason: `# twin: ignore TWIN029 the console shows it` at the end of the line of the
        finding, or in a line of its own before it. Where there are no comments (JSON, CSV, models), list
        `file`, `code` and `reason` under `ignore` in `twin.yaml`.

    Good:
        component_types/t.yaml:
            com.example.Sensor: {componentTypeName: Sensor}  # twin: ignore TWIN029 the console shows it
    """,
    is_essential=True,
)
NEEDLESS_IGNORE = Rule(
    "TWIN261",
    "needless-ignore",
    """A finding is ignored that is not there any more: it was corrected, or has moved to another line. An
    ignore that stays would hide the next mistake of its kind. It is reported where the definition has no
    error.

    Bad:
        component_types/t.yaml:
            # twin: ignore TWIN029 the console shows it
            com.example.Sensor: {}

    Finding:
        component_types/t.yaml:1:1 TWIN261 warning: TWIN029 is ignored, and this line has no such finding any
        more; remove it

    Fix:
        Remove it, or put it at the line of the finding.

    Good:
        component_types/t.yaml:
            com.example.Sensor: {}
    """,
    severity=Severity.WARNING,
)
