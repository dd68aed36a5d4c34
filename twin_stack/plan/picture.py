"""The part of the tree of entities that a change concerns, as Mermaid and as SVG."""

from __future__ import annotations

import html
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Action
from twin_stack.plan.text import SIGNS
from twin_stack.plan.usage import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.plan.changes import Row

MAX_LINES: Final = 200
"""Most lines of a picture."""
_MAX_SIBLINGS: Final = 5
"""Most entities with the same fate below one parent that are all shown."""
_SHOWN_OF_MANY: Final = 2
"""Number of those that are shown of more."""
_REACHED: Final = "type changed"
_TITLE: Final = "Entities that the change concerns"

_CLASSES: Final = {
    Action.ADDED: "added",
    Action.CHANGED: "changed",
    Action.MOVED: "changed",
    Action.RENAMED: "changed",
    Action.REPLACED: "removed",
    Action.REMOVED: "removed",
}
_COLOURS: Final = {"added": "#1a7f37", "changed": "#9a6700", "removed": "#cf222e"}
_DARK_COLOURS: Final = {"added": "#3fb950", "changed": "#d29922", "removed": "#ff7b72"}
_LINE, _INDENT, _CHARACTER, _MARGIN = 26, 24, 7.3, 10
_MAX_LABEL: Final = 90


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a picture: an entity, or several with the same fate.

    Attributes:
        depth: Number of lines above it.
        parent: Number of the line above it, None at the top.
        label: Its text, with the sign and the word of what happens.
        kind: ``added``, ``changed`` or ``removed``; empty for an entity that only leads to others.
    """

    depth: int
    parent: int | None
    label: str
    kind: str


@dataclass(slots=True)
class _Branch:
    """An entity with those below it.

    Attributes:
        row: The entity.
        children: Those directly below it.
        fates: What happens to it and to those below it, in words, and how often.
        size: Number of entities below it.
    """

    row: Row
    children: list[_Branch] = field(default_factory=list)
    fates: dict[str, int] = field(default_factory=dict)
    size: int = 0

    @property
    def fate(self) -> str:
        """What happens to the entity itself, in words; empty if nothing does."""
        return _fate(self.row)

    @property
    def is_whole(self) -> bool:
        """Whether the entity is added or removed with all of those below it."""
        is_one = self.row.action in (Action.ADDED, Action.REMOVED) and len(self.fates) == 1
        return is_one and self.fates.get(self.fate) == self.size + 1


def picture_lines(rows: Iterable[Row]) -> list[Line]:
    """Return rows as lines; many entities with the same fate below one parent are counted.

    Args:
        rows: Rows, parents first.
    """
    lines: list[Line] = []
    waiting: list[tuple[_Branch | str, int | None, int, str]] = _folded(_branches(rows), None, 0)
    while waiting:
        item, parent, depth, kind = waiting.pop()
        if isinstance(item, str):
            lines.append(Line(depth, parent, item, kind))
            continue
        is_folded = item.is_whole and item.size > _MAX_SIBLINGS
        lines.append(Line(depth, parent, _label(item, is_folded=is_folded), _kind(item.row)))
        if not is_folded:
            waiting += _folded(item.children, len(lines) - 1, depth + 1)
    return lines


def _branches(rows: Iterable[Row]) -> list[_Branch]:
    """Return the entities at the top."""
    branches = {row.id: _Branch(row) for row in rows}
    top: list[_Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.row.parent or "")
        (top if parent is None else parent.children).append(branch)
    for branch in reversed(branches.values()):  # those below come first
        fates: defaultdict[str, int] = defaultdict(int)
        if branch.fate:
            fates[branch.fate] += 1
        for child in branch.children:
            for fate, number in child.fates.items():
                fates[fate] += number
        branch.fates = dict(fates)
        branch.size = sum(child.size + 1 for child in branch.children)
    return top


def _folded(
    branches: Sequence[_Branch], parent: int | None, depth: int
) -> list[tuple[_Branch | str, int | None, int, str]]:
    """Return siblings, the last one first, with a text for those of one fate that are too many."""
    groups: defaultdict[tuple[str, ...], list[_Branch]] = defaultdict(list)
    for branch in branches:
        if len(branch.fates) == 1:
            groups[branch.fate, *branch.fates].append(branch)
    hidden: dict[int, str] = {}
    for (fate, below), group in groups.items():
        if len(group) > _MAX_SIBLINGS:
            texts = _more(group[_SHOWN_OF_MANY:], fate, below)
            hidden |= {id(branch): "" for branch in group[_SHOWN_OF_MANY:]}
            hidden[id(group[_SHOWN_OF_MANY])] = texts
    items: list[tuple[_Branch | str, int | None, int, str]] = []
    for branch in branches:
        text = hidden.get(id(branch))
        if text is None:
            items.append((branch, parent, depth, ""))
        elif text:
            items.append((text, parent, depth, _kind_of_fate(next(iter(branch.fates)))))
    return items[::-1]


def _more(group: Sequence[_Branch], fate: str, below: str) -> str:
    number = sum(branch.size for branch in group) if fate else sum(branch.fates[below] for branch in group)
    if fate:
        inside = f", with {number:,} below them" if number else ""
        return f"{_sign(fate)} {len(group):,} more: {fate}{inside}"
    return f"{_sign(below)} {len(group):,} more, with {number:,} below them: {below}"


def _fate(row: Row) -> str:
    if row.is_reached:
        return _REACHED
    return str(row.action) if row.action is not None else ""


def _sign(fate: str) -> str:
    return SIGNS[Action.CHANGED] if fate == _REACHED else SIGNS[Action(fate)]


def _kind_of_fate(fate: str) -> str:
    return "changed" if fate == _REACHED else _CLASSES[Action(fate)]


def _kind(row: Row) -> str:
    fate = _fate(row)
    return _kind_of_fate(fate) if fate else ""


def _label(branch: _Branch, *, is_folded: bool) -> str:
    row = branch.row
    if not branch.fate:
        return row.id
    note = f" {row.note}" if row.note else ""
    below = f" with {count(branch.size, 'entity', 'entities')} below it" if is_folded else ""
    return f"{_sign(branch.fate)} {row.id} {branch.fate}{note}{below}"


def mermaid(rows: Iterable[Row]) -> str:
    """Return rows as a Mermaid flowchart; the sign and the word of the action are in the text.

    Args:
        rows: Rows, parents first.
    """
    shown, left = _cut(picture_lines(rows))
    lines = ["flowchart LR"]
    for number, line in enumerate(shown):
        style = f":::{line.kind}" if line.kind else ""
        label = line.label.replace('"', "#quot;")
        lines.append(f'  n{number}["{label}"]{style}')
        if line.parent is not None:
            lines.append(f"  n{line.parent} --- n{number}")
    if left:
        lines.append(f'  more["and {left:,} more"]')
    used = {line.kind for line in shown}
    lines += [
        f"  classDef {kind} stroke:{colour},stroke-width:2px"
        for kind, colour in _COLOURS.items()
        if kind in used
    ]
    return "\n".join(lines)


def svg(rows: Iterable[Row]) -> str:
    """Return rows as an SVG image for a light and a dark background.

    The sign and the word of the action are in the text. The description is the same as text.

    Args:
        rows: Rows, parents first.
    """
    shown, left = _cut(picture_lines(rows))
    if left:
        shown.append(Line(0, None, f"and {left:,} more", ""))
    if not shown:
        shown = [Line(0, None, "no entity changes", "")]
    width = max(_MARGIN + line.depth * _INDENT + _box_width(line) for line in shown) + _MARGIN
    height = len(shown) * _LINE + 2 * _MARGIN - 6
    text = "\n".join(f"{'  ' * line.depth}{line.label}" for line in shown)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title text" '
            f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="12">',
            f'<title id="title">{_TITLE}</title>',
            f'<desc id="text">{html.escape(text)}</desc>',
            f"<style>{_style()}</style>",
            '<rect class="page" width="100%" height="100%"/>',
            *(part for number in range(len(shown)) for part in _parts(shown, number)),
            "</svg>",
            "",
        ]
    )


def _cut(lines: list[Line]) -> tuple[list[Line], int]:
    return lines[:MAX_LINES], max(len(lines) - MAX_LINES, 0)


def _style() -> str:
    """Return the colours as CSS. Those of the dark scheme apply where the reader has one."""

    def rules(page: str, plain: str, line: str, colours: dict[str, str]) -> str:
        kinds = "".join(
            f"rect.{kind}{{stroke:{colour};fill:{colour}}}text.{kind}{{fill:{colour}}}"
            for kind, colour in colours.items()
        )
        return (
            f".page{{fill:{page}}}rect.plain{{stroke:{line}}}path{{stroke:{line}}}text{{fill:{plain}}}{kinds}"
        )

    shapes = "rect.box{stroke-width:1.5;fill-opacity:.1}rect.plain{fill:none}path{fill:none}"
    light = rules("#ffffff", "#57606a", "#afb8c1", _COLOURS)
    dark = rules("#0d1117", "#adbac7", "#545d68", _DARK_COLOURS)
    return f"{shapes}{light}@media(prefers-color-scheme:dark){{{dark}}}"


def _parts(lines: Sequence[Line], number: int) -> Iterable[str]:
    line = lines[number]
    x, y = _MARGIN + line.depth * _INDENT, _MARGIN + number * _LINE
    kind = line.kind or "plain"
    if line.parent is not None:
        above = _MARGIN + line.parent * _LINE + _LINE - 6
        yield f'<path d="M{x - _INDENT + 10} {above}V{y + 10}H{x}"/>'
    yield f'<rect class="box {kind}" x="{x}" y="{y}" width="{_box_width(line)}" height="20" rx="4"/>'
    yield f'<text class="{kind}" x="{x + 8}" y="{y + 14}">{html.escape(_shortened(line.label))}</text>'


def _box_width(line: Line) -> int:
    return int(len(_shortened(line.label)) * _CHARACTER) + 16


def _shortened(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else f"{label[: _MAX_LABEL - 1]}\u2026"
