"""A plan as Markdown, for a comment of a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.order import order_lines
from twin_stack.plan.picture import mermaid
from twin_stack.plan.resources import resource_lines
from twin_stack.plan.text import SIGNS, change_line, detail_lines, quota_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twin_stack.plan.changes import Change, Plan, Risk

MAX_COMMENT: Final = 60_000
"""Characters of a comment. GitHub takes 65,536."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~@!])")
_LABELS: Final = {Level.DANGER: "Danger", Level.ATTENTION: "Attention", Level.SAFE: "Safe"}


def plan_markdown(plan: Plan, summary: str, *, max_length: int = MAX_COMMENT) -> str:
    """Return a plan as Markdown, the most dangerous first, cut at the end where it is too long.

    Args:
        plan: The plan.
        summary: Its summary.
        max_length: Most characters.
    """
    lines = list(_lines(plan, summary))
    end = "\n\nThe rest is cut; `twin plan` prints all of it.\n"
    kept: list[str] = []
    length = 0
    for line in lines:
        if length + len(line) + 1 + len(end) + len(_FENCE_END) + len(_FOLD_END) > max_length:
            is_in_fence = sum(line.startswith("```") for line in kept) % 2 == 1
            is_folded = kept.count("</details>") < sum(line.startswith("<details>") for line in kept)
            return "\n".join(kept) + _FENCE_END * is_in_fence + _FOLD_END * is_folded + end
        kept.append(line)
        length += len(line) + 1
    return "\n".join(kept) + "\n"


_FENCE_END: Final = "\n```"
_FOLD_END: Final = "\n\n</details>"


def _lines(plan: Plan, summary: str) -> Iterator[str]:
    yield f"### Plan: {_escape(summary)}"
    yield ""
    yield f"From `{plan.before}` to `{plan.after}`."
    for level in (Level.DANGER, Level.ATTENTION):
        yield from _risk_list(_LABELS[level], [risk for risk in plan.open_risks if risk.level is level])
    yield from _risk_list("Accepted", [risk for risk in plan.risks if risk.accepted is not None])
    for kind in Kind:
        changes = _shown(plan.of(kind))
        if changes:
            yield ""
            yield f"<details><summary>{kind.capitalize()}: {len(changes):,}</summary>"
            yield ""
            yield "```diff"
            for change in changes:
                yield _diff_line(SIGNS[change.action], change_line(change))
                yield from (f"  {_fenced(line)}" for line in detail_lines(change))
            yield "```"
            yield ""
            yield "</details>"
    if lines := [*resource_lines(plan.resources), *plan.parameters, *plan.permissions]:
        yield from (
            "",
            f"<details><summary>Resources and permissions: {len(lines):,}</summary>",
            "",
            "```diff",
        )
        yield from map(_fenced, lines)
        yield from ("```", "", "</details>")
    if plan.rows:
        yield from ("", "```mermaid", mermaid(plan.rows), "```")
    if len(plan.steps) > 1:
        yield from ("", "<details><summary>Order in which CloudFormation acts</summary>", "")
        yield from (f"- {_escape(line)}" for line in order_lines(plan.steps))
        yield from ("", "</details>")
    if plan.quotas or plan.estimates:
        yield ""
        yield from (f"- {_escape(quota_line(quota))}" for quota in plan.quotas)
        yield from (f"- {_escape(estimate)}" for estimate in plan.estimates)


def _risk_list(title: str, risks: Sequence[Risk]) -> Iterator[str]:
    if not risks:
        return
    yield from ("", f"**{title}**", "")
    for risk in risks:
        place = f" (`{risk.location}`)" if risk.location is not None else ""
        end = f"Accepted: {risk.accepted}." if risk.accepted is not None else _sentence(risk.remedy)
        yield f"- {risk.code} {_escape(risk.message)}. {_escape(end)}{place}"


def _shown(changes: Iterable[Change]) -> list[Change]:
    listed = list(changes)
    covered = {entity_id for change in listed for entity_id in change.below}
    return [
        change
        for change in listed
        if not (change.action is Action.REMOVED and change.kind is Kind.ENTITY and change.id in covered)
    ]


def _diff_line(sign: str, text: str) -> str:
    # A fenced block of GitHub colours lines by "+", "-" and "!".
    return f"{sign if sign in '+-!' else ' '} {_fenced(text)}"


def _fenced(text: str) -> str:
    return text.replace("```", "'''")


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
