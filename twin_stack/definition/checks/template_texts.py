"""Rule of texts that a deployment replaces: the definition becomes a template, and must stay data in it.

Sources: CloudFormation user guide, "Get values stored in other services using dynamic references" and
"Intrinsic function reference"; AWS CDK developer guide, "Tokens".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rule import rule
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.source import Located
    from twin_stack.definition.unchecked import UncheckedDefinition

_REPLACED: Final = re.compile(r"\{\{\s*resolve:|[$#]\{Token\[")
_FUNCTION: Final = re.compile(r"Ref|Fn::\w+")


@rule("TWIN033", "replaced-text")
def replaced_text(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no text is replaced when the twin is deployed.

    CloudFormation replaces `{{resolve:...}}` by a secret or a parameter of the account, in any value of a
    resource, and the AWS CDK replaces `${Token[...]}` by a value of the app. Who may change a definition must
    not read them in the twin. A mapping whose only key is `Ref` or a function such as `Fn::Sub` would be a
    function and not a mapping.

    Bad:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              description: '{{resolve:secretsmanager:prod/database}}'

    Finding:
        entities/e.yaml:3:16 TWIN033 "{{resolve:secretsmanager:prod/database}}" is replaced by the deployment;
        write the text itself

    Fix:
        Write the text itself. A setting of the app is passed to a construct, not written into a definition.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              description: Drives the belt

    Args:
        definition: The definition.
    """
    for source in definition.sources.values():
        yield from _replaced_members(source)


def _replaced_members(root: LocatedMap) -> Iterator[Finding]:
    pending: list[Located] = [root]
    while pending:
        container = pending.pop()
        members: Any = container.items() if isinstance(container, LocatedMap) else enumerate(container)
        if isinstance(container, LocatedMap):
            for key in container:
                if "{" in key and _REPLACED.search(key):
                    yield replaced_text.finding(at(container, key, of_key=True), *_replaced(key))
            if len(container) == 1 and _FUNCTION.fullmatch(key := next(iter(container))):
                place = at(container, key, of_key=True)
                message = f"a mapping with the only key {quote_value(key)} is a function of CloudFormation"
                yield replaced_text.finding(place, message, "use another key")
        for key, value in members:
            if isinstance(value, str):
                if "{" in value and _REPLACED.search(value):
                    yield replaced_text.finding(at(container, key), *_replaced(value))
            elif isinstance(value, LocatedMap | LocatedList) and key != "children":
                pending.append(value)  # children are items of their own


def _replaced(text: str) -> tuple[str, str]:
    return f"{quote_value(text)} is replaced by the deployment", "write the text itself"
