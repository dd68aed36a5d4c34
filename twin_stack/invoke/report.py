"""An outcome as lines for people and as a document for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from twin_stack.contract import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.invoke.command import Outcome

_SHOWN_OF_A_RULE = 5


def summary(outcome: Outcome) -> Iterator[str]:
    """Give the lines that say what an answer breaks.

    A rule that is broken at each of many points is shown at the first places only.

    Args:
        outcome: What came of it.
    """
    seen: Counter[str] = Counter()
    for breach in outcome.breaches:
        seen[breach.code] += 1
        if seen[breach.code] <= _SHOWN_OF_A_RULE:
            yield str(breach)
    for code, count in seen.items():
        if count > _SHOWN_OF_A_RULE:
            yield f"... and {count - _SHOWN_OF_A_RULE} more of {code}; --json has them all"
    errors = sum(breach.severity is Severity.ERROR for breach in outcome.breaches)
    warnings = len(outcome.breaches) - errors
    counted = [
        f"{count} {kind}{'' if count == 1 else 's'}"
        for count, kind in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    yield f"{outcome.function}: {', '.join(counted) or 'no rule of the contract is broken'}"


def as_document(outcome: Outcome) -> dict[str, Any]:
    """Return all there is to say, for `--json`.

    Args:
        outcome: What came of it.
    """
    failure = outcome.failure
    return {
        "function": outcome.function,
        "event": outcome.event,
        "answer": outcome.answer,
        "error": None
        if failure is None
        else {"code": failure.code, "message": failure.message, "trace": list(failure.trace)},
        "breaches": [
            {
                "code": breach.code,
                "severity": breach.severity,
                "path": breach.path,
                "value": breach.value,
                "allowed": breach.allowed,
                "remedy": breach.remedy,
            }
            for breach in outcome.breaches
        ],
    }
