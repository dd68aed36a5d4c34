"""Members of scene documents: types, required ones and allowed values, as ``scene_facts.json`` has them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.scene_document.problems import closest_remedy
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scenes import expected_values, scene_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin_stack.definition.scene_document.problems import Path, Problems
    from twin_stack.twinmaker.scenes import Member


class MemberChecker:
    """Checks the members of parts of a document.

    Args:
        problems: Receives the problems.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def check(
        self,
        container: Mapping[str, Any],
        members: Mapping[str, Member],
        path: Path,
        *,
        owner: str | None,
        component: str | None = None,
    ) -> None:
        """Check the members of a mapping.

        Args:
            container: The mapping.
            members: What it may have.
            path: Its place in the document.
            owner: What it is, in words; None where unknown members are no problem here.
            component: Type of the component that it is, None if it is none.
        """
        if owner is not None:
            for key in container:
                if key not in members and not (component and key == "type"):
                    remedy = closest_remedy(key, members)
                    self._problems.add(
                        "unknown-member",
                        (*path, key),
                        is_key=True,
                        remedy=remedy if remedy.startswith("did you mean") else None,
                        name=key,
                        owner=owner,
                    )
        for name, member in members.items():
            value = container.get(name)
            if value is None or (value == "" and member.type == "uri"):
                if member.is_required:
                    self._report_missing(name, member, path, component)
            else:
                self.check_value(value, member, (*path, name), name)

    def check_value(self, value: Any, member: Member, path: Path, name: str) -> None:
        """Check the value of a member.

        Args:
            value: The value; not None.
            member: What it may be.
            path: Its place in the document.
            name: Name of the member.
        """
        facts = scene_facts()
        if value == [] and member.type == "map" and member.part is not None:
            return  # scenes of AWS have it for no members
        if (names := facts.names.get(member.type)) is not None:
            if not isinstance(value, str) or value not in names:
                self._problems.add(
                    "not-allowed",
                    path,
                    remedy=closest_remedy(value, names),
                    name=name,
                    value=quote_value(value),
                )
        elif member.type == "icon":
            if value != "":
                self._check_icon(value, path)
        elif not _has_type(value, member.type):
            level = member.wrong_level
            is_kept = member.is_lenient and not isinstance(value, dict | list) and not value
            if is_kept or (member.type == "map" and isinstance(value, list)):
                level = "error"
            self._report_wrong(name, value, member, path, level)
        elif member.type == "binding":
            self._check_binding(value, path)
        elif member.part is not None:
            self._check_parts(value, member, path, name)

    def _check_parts(self, value: Any, member: Member, path: Path, name: str) -> None:
        part = str(member.part)
        members = scene_facts().parts[part]
        if isinstance(value, dict):
            self.check(value, members, path, owner=f'"{name}"')
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                self.check(item, members, (*path, index), owner=f'"{name}"')
            else:
                self._problems.add(
                    "wrong-value",
                    (*path, index),
                    name=f"{name}[{index}]",
                    value=quote_value(item),
                    expected=expected_values()["map"],
                )

    def _check_binding(self, value: Mapping[str, Any], path: Path) -> None:
        parts = scene_facts().parts
        unwrapped = [key for key in value if key in parts["bindingContext"]]
        if unwrapped:
            self._problems.add("unwrapped-binding", (*path, unwrapped[0]), is_key=True, name=unwrapped[0])
        other_members = {key: value[key] for key in value if key not in parts["bindingContext"]}
        self.check(other_members, parts["binding"], path, owner="a binding")
        context = value.get("dataBindingContext")
        if isinstance(context, dict):
            # AWS's viewer passes other members of a context on to its data source.
            self.check(context, parts["bindingContext"], (*path, "dataBindingContext"), owner=None)

    def _check_icon(self, value: Any, path: Path) -> None:
        icons = known_icons()
        if not isinstance(value, str) or value not in icons:
            self._problems.add(
                "unknown-icon", path, remedy=closest_remedy(value, icons), value=quote_value(value)
            )

    def _report_missing(self, name: str, member: Member, path: Path, component: str | None) -> None:
        level = member.missing_level
        if component is not None and level != "warning":
            kind = "missing-stops-viewer" if level == "fatal" else "missing-in-component"
            self._problems.add(kind, path, component=component, name=name)
        else:
            expected = member.expected or expected_values()[member.type]
            self._problems.add("missing", (*path, name), level=level, name=name, expected=expected)

    def _report_wrong(self, name: str, value: Any, member: Member, path: Path, level: str) -> None:
        expected = member.expected or expected_values()[member.type]
        self._problems.add(
            "wrong-value", path, level=level, name=name, value=quote_value(value), expected=expected
        )


@cache
def known_icons() -> tuple[str, ...]:
    """Return the targets that are icons."""
    facts = scene_facts()
    return tuple(facts.targets["icon"] + icon for icon in facts.icons)


def is_color(text: object) -> bool:
    """Return whether AWS's viewer draws a colour.

    Args:
        text: Any value.
    """
    facts = scene_facts()
    return isinstance(text, str) and (
        text.lower() in facts.color_names or re.fullmatch(facts.color, text) is not None
    )


def is_numeric(value: object) -> bool:
    """Return whether JavaScript calculates with a value as with a finite number.

    Args:
        value: Any value.
    """
    if isinstance(value, str):
        return re.fullmatch(scene_facts().numeric_text, value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_type(value: Any, kind: str) -> bool:
    return _TYPES[kind](value)


def _is_css_color(value: Any) -> bool:
    pattern = scene_facts().css_color
    is_text = isinstance(value, str) and re.fullmatch(pattern, value, re.IGNORECASE) is not None
    return is_text or is_color(value)


def _is_hex_color(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(scene_facts().hex_color, value) is not None


def _is_number(value: Any, *, least: float = float("-inf"), above: float = float("-inf")) -> bool:
    return is_numeric(value) and float(value) >= least and float(value) > above


_TYPES: Final[dict[str, Callable[[Any], bool]]] = {
    "ruleId": lambda _: True,  # compared with the rules
    "string": lambda value: isinstance(value, str),
    "uri": lambda value: isinstance(value, str),
    "stringOrNumber": lambda value: isinstance(value, str) or is_numeric(value),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "map": lambda value: isinstance(value, dict),
    "binding": lambda value: isinstance(value, dict),
    "texts": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "textMap": lambda value: (
        isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    ),
    "vector": lambda value: (
        isinstance(value, list) and len(value) >= 3 and all(is_numeric(item) for item in value[:3])
    ),
    "number": is_numeric,
    "index": lambda value: _is_number(value, least=0) and float(value).is_integer(),
    "positive": lambda value: _is_number(value, above=0),
    "fraction": lambda value: _is_number(value, least=0) and float(value) <= 1,
    "degrees": lambda value: _is_number(value, above=0) and float(value) < 180,
    "color": lambda value: value == "" or is_color(value),
    "cssColor": lambda value: value == "" or _is_css_color(value),
    "lightColor": lambda value: (
        value == "" or is_color(value) or (is_numeric(value) and not isinstance(value, str))
    ),
    "hexColor": lambda value: value == "" or _is_hex_color(value),
}
"""Whether a value is of a type of ``scene_facts.json``, by the type's name."""
