"""Output of an outcome: as lines of text, and as a JSON document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from twin_stack.contract import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.invoke.command import Outcome

_SHOWN_OF_A_RULE = 5


def summary(outcome: Outcome) -> Iterator[str]:
    """Yield the lines that list the violations of an answer.

    A rule that is violated more than five times is listed at the first five places.

    Args:
        outcome: Outcome of the invocation.
    """
    seen: Counter[str] = Counter()
    for violation in outcome.violations:
        seen[violation.code] += 1
        if seen[violation.code] <= _SHOWN_OF_A_RULE:
            yield str(violation)
    for code, count in seen.items():
        if count > _SHOWN_OF_A_RULE:
            yield f"... and {count - _SHOWN_OF_A_RULE} more of {code}; --json has them all"
    errors = sum(violation.severity is Severity.ERROR for violation in outcome.violations)
    warnings = len(outcome.violations) - errors
    counted = [
        f"{count} {kind}{'' if count == 1 else 's'}"
        for count, kind in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    yield f"{outcome.function}: {', '.join(counted) or 'no rule of the contract is broken'}"


def as_document(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as a JSON document, for ``--json``.

    Args:
        outcome: Outcome of the invocation.
    """
    failure = outcome.failure
    return {
        "function": outcome.function,
        "event": outcome.event,
        "answer": outcome.answer,
        "error": None
        if failure is None
        else {"code": failure.code, "message": failure.message, "trace": list(failure.trace)},
        "violations": [
            {
                "code": violation.code,
                "severity": violation.severity,
                "path": violation.path,
                "value": violation.value,
                "allowed": violation.allowed,
                "remedy": violation.remedy,
            }
            for violation in outcome.violations
        ],
    }
