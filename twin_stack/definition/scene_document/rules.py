"""Rules of a scene document, and what is bound to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.scene_document.components import components_of
from twin_stack.definition.scene_document.expressions import check_expression, has_names, parsed_names
from twin_stack.definition.scene_document.members import is_color, is_numeric, known_icons
from twin_stack.definition.scene_document.problems import closest_remedy
from twin_stack.definition.scene_parts import list_member, map_member
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scene_texts import expression_excess, utf16_length
from twin_stack.twinmaker.scenes import expected_values, scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.scene_document.members import MemberChecker
    from twin_stack.definition.scene_document.problems import Path, Problems

_PLACEHOLDER: Final = re.compile(r"\$\{(.+)\}")


class RuleUse(NamedTuple):
    """A component, or a member of a MotionIndicator, that has a rule.

    Attributes:
        path: Its place in the document.
        component: Type of the component.
        rule_id: Id of the rule.
        property_name: The property that it binds, None if it binds none or one that is not known.
        is_bound: Whether it binds a property.
    """

    path: Path
    component: str
    rule_id: str
    property_name: str | None
    is_bound: bool


@dataclass(slots=True)
class _Rule:
    """A rule with what uses it."""

    statements: list[Any]
    uses: list[RuleUse] = field(default_factory=list)


def check_rules(problems: Problems, members: MemberChecker, document: Mapping[str, Any]) -> None:
    """Check rules, their expressions and targets, and what refers to them.

    Args:
        problems: Receives the problems.
        members: Checks members of statements.
        document: The document.
    """
    rules = _read_rules(problems, document)
    for use in rule_uses(problems, document):
        if use.rule_id not in rules:
            if use.rule_id not in map_member(document, "rules"):
                level = "error" if use.component == "ModelShader" else "fatal"
                remedy = closest_remedy(use.rule_id, map_member(document, "rules"))
                place = (*use.path, "ruleBasedMapId")
                problems.add("missing-rule", place, level=level, remedy=remedy, rule=quote_value(use.rule_id))
        else:
            rules[use.rule_id].uses.append(use)
            if not use.is_bound and _has_names(rules[use.rule_id]):
                problems.add("unbound-rule", (*use.path, "ruleBasedMapId"), component=use.component)
    length = 0
    for rule_id, rule in rules.items():
        for index, statement in enumerate(rule.statements):
            path = ("rules", rule_id, "statements", index)
            if isinstance(statement, dict):
                expression = statement.get("expression")
                length += utf16_length(expression) if isinstance(expression, str) else 0
                _check_statement(problems, members, statement, path, rule)
            else:
                level = "fatal" if statement is None else "error"
                problems.add(
                    "statement-form",
                    path,
                    level=level,
                    number=index + 1,
                    rule=quote_value(rule_id),
                    value=quote_value(statement),
                )
        _check_tested_properties(problems, rule)
    limit = scene_facts().limits.expressions_length
    if length > limit:
        problems.add("costly-rules", ("rules",), length=f"{length:,}", limit=f"{limit:,}")


def _has_names(rule: _Rule) -> bool:
    """Return whether an expression of a rule has a name, or cannot be parsed."""
    for statement in rule.statements:
        expression = statement.get("expression") if isinstance(statement, dict) else None
        if isinstance(expression, str) and has_names(expression):
            return True
    return False


def _read_rules(problems: Problems, document: Mapping[str, Any]) -> dict[str, _Rule]:
    rules: dict[str, _Rule] = {}
    for rule_id, rule in map_member(document, "rules").items():
        if isinstance(rule, dict) and isinstance(rule.get("statements"), list):
            rules[rule_id] = _Rule(rule["statements"])
        else:
            problems.add("no-statements", ("rules", rule_id), rule=quote_value(rule_id))
    return rules


def rule_uses(problems: Problems, document: Mapping[str, Any]) -> Iterator[RuleUse]:
    """Yield what has a rule; overlays whose names are not bound are reported.

    Args:
        problems: Receives the problems.
        document: The document.
    """
    template = map_member(map_member(map_member(document, "properties"), "dataBindingConfig"), "template")
    for path, component in components_of(document):
        kind = component.get("type")
        if kind in ("Tag", "ModelShader"):
            yield from _rule_use(path, str(kind), component, template)
        elif kind == "MotionIndicator":
            for name, binding in map_member(component, "valueDataBindings").items():
                if isinstance(binding, dict):
                    yield from _rule_use((*path, "valueDataBindings", name), str(kind), binding, template)
        elif kind == "DataOverlay":
            contents = _contents(component)
            for index, item in enumerate(list_member(component, "valueDataBindings")):
                is_used = isinstance(item, dict) and f"${{{item.get('bindingName')}}}" in contents
                if is_used and not _bound_property(item, template)[0]:
                    place = (*path, "valueDataBindings", index)
                    problems.add("unbound-overlay", place, name=quote_value(item.get("bindingName")))


def _contents(overlay: Mapping[str, Any]) -> str:
    """Return the texts of an overlay."""
    rows = [row for row in list_member(overlay, "dataRows") if isinstance(row, dict)]
    return "\n".join(row["content"] for row in rows if isinstance(row.get("content"), str))


def _rule_use(
    path: Path, component: str, holder: Mapping[str, Any], template: Mapping[str, Any]
) -> Iterator[RuleUse]:
    rule_id = holder.get("ruleBasedMapId")
    if rule_id is not None and rule_id != "" and rule_id is not False and rule_id != 0:
        is_bound, name = _bound_property(holder, template)
        rule_text = rule_id if isinstance(rule_id, str) else quote_value(rule_id)
        yield RuleUse(path, component, rule_text, name, is_bound)


def _bound_property(holder: Mapping[str, Any], template: Mapping[str, Any]) -> tuple[bool, str | None]:
    """Return whether a property is bound, and its name if it is known."""
    binding = map_member(holder, "valueDataBinding")
    context = map_member(binding, "dataBindingContext")
    names = scene_facts().parts["bindingContext"]
    if any(name in binding for name in names) or any(
        context.get(name) is not None and not isinstance(context[name], str) for name in names
    ):
        return True, None  # reported itself
    if not all(context.get(name) for name in names):
        return False, None
    name = str(context["propertyName"])
    placeholder = _PLACEHOLDER.fullmatch(name)
    if placeholder:
        value = template.get(placeholder[1])
        return True, value if isinstance(value, str) else None
    return True, name


def _check_statement(
    problems: Problems, members: MemberChecker, statement: Mapping[str, Any], path: Path, rule: _Rule
) -> None:
    expression = statement.get("expression")
    if not isinstance(expression, str):
        kind = "missing" if expression is None else "wrong-value"
        expected = expected_values()["expression"]
        value = quote_value(expression)
        place = (*path, "expression")
        problems.add(kind, place, level="error", name="expression", value=value, expected=expected)
    elif (excess := expression_excess(expression)) is not None:
        problems.add("costly-expression", (*path, "expression"), value=quote_value(expression), excess=excess)
    else:
        bound = list(dict.fromkeys(use.property_name for use in rule.uses if use.property_name))
        is_known = bool(rule.uses) and all(use.property_name or not use.is_bound for use in rule.uses)
        check_expression(problems, expression, (*path, "expression"), bound, is_known=is_known)
    _check_target(problems, statement.get("target"), (*path, "target"))
    if (metadata := statement.get("targetMetadata")) is not None:
        place = (*path, "targetMetadata")
        if isinstance(metadata, dict):
            members.check(metadata, scene_facts().parts["targetMetadata"], place, owner='"targetMetadata"')
        else:
            expected = expected_values()["map"]
            value = quote_value(metadata)
            problems.add("wrong-value", place, name="targetMetadata", value=value, expected=expected)


def _check_target(problems: Problems, target: Any, path: Path) -> None:
    targets = scene_facts().targets
    if isinstance(target, str) and target.startswith(targets["color"]):
        color = target.removeprefix(targets["color"])
        if color and not is_color(color):
            problems.add("target-color", path, value=quote_value(target))
    elif isinstance(target, str) and target.startswith(targets["opacity"]):
        opacity = target.removeprefix(targets["opacity"])
        if opacity and not (is_numeric(opacity) and 0 <= float(opacity) <= 1):
            problems.add("target-opacity", path, value=quote_value(target))
    elif target not in (targets["number"], *known_icons()):
        samples = (f"{targets['color']}#d13212", f"{targets['opacity']}0.5")
        allowed = (*known_icons(), targets["number"], *samples)
        problems.add(
            "unknown-target", path, remedy=closest_remedy(target, allowed), value=quote_value(target)
        )


def _check_tested_properties(problems: Problems, rule: _Rule) -> None:
    """Report components whose property no expression of the rule has, where it has others' properties."""
    bound = {use.property_name for use in rule.uses if use.property_name}
    if len(bound) < 2:
        return
    expressions = [
        statement["expression"]
        for statement in rule.statements
        if isinstance(statement, dict) and isinstance(statement.get("expression"), str)
    ]
    names = [parsed_names(expression, sorted(bound)) for expression in expressions]
    if not all(names):
        return  # one that has no names is for all, one that cannot be parsed is reported itself
    tested = {name for names_of_one in names for name in names_of_one or ()}
    for use in rule.uses:
        if use.property_name and use.property_name not in tested:
            problems.add(
                "untested-property",
                (*use.path, "ruleBasedMapId"),
                rule=quote_value(use.rule_id),
                property=quote_value(use.property_name),
                component=use.component,
            )
