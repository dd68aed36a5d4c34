"""Rules of expressions, texts and links of scenes, which viewers evaluate and browsers open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.rule import rule
from twin_stack.definition.scene_parts import component_place, list_member, map_member, scene_components
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scene_texts import expression_excess, link_scheme, markdown_links, utf16_length
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition

_CODE_SCHEMES = frozenset({"javascript", "vbscript", "data"})


@rule("TWIN047", "costly-scene-text")
def costly_scene_text(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that expressions and texts of scenes have a length and a depth that viewers evaluate in time.

    A viewer evaluates expressions of rules and renders texts of overlays in the browser: a long or deeply
    nested one hangs it, for half a minute with 40,000 brackets. The page skips what exceeds a limit. An
    expression has at most 500 characters, 16 nested brackets and conditions, and no filter of a list; all
    expressions of a scene have 100,000 characters; a Markdown text has 10,000. AWS documents no limits.

    Bad:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - expression: 't > 80 ? 1 : ((((((((((((((((t))))))))))))))))'
                    target: iottwinmaker.common.icon:Error

    Finding:
        scenes/hall.yaml:5:21 TWIN047 expression "t > 80 ? 1 : ((((((((((((((((t))))))))))))))))" is not
        evaluated: it has more than 16 nested brackets and conditions; make it simpler, or use several
        statements

    Fix:
        Write several statements instead of one, or compute the value in a property.

    Good:
        scenes/hall.yaml:
            nodes: []
            rules:
              heat:
                statements:
                  - expression: t > 80
                    target: iottwinmaker.common.icon:Error

    Args:
        definition: The definition.
    """
    limits = scene_facts().limits
    for scene_id, scene in definition.scenes.items():
        length = 0
        for expression, place in _expressions(definition, scene_id, scene):
            length += utf16_length(expression)
            if (excess := expression_excess(expression)) is not None:
                message = f"expression {quote_value(expression)} is not evaluated: {excess}"
                remedy = "make it simpler, or use several statements"
                yield costly_scene_text.finding(place, message, remedy)
        if length > limits.expressions_length:
            place = definition.where("scenes", scene_id, "rules")
            message = (
                f"the scene has {length:,} characters of expressions, more than {limits.expressions_length:,}"
            )
            yield costly_scene_text.finding(place, message, "use one rule for many components")
    for text, place in _texts(definition):
        if (length := utf16_length(text)) > limits.text_length:
            message = f"the text has {length:,} characters, more than {limits.text_length:,}"
            yield costly_scene_text.finding(place, message, "shorten it, or link to a page")


@rule("TWIN048", "unsafe-link")
def unsafe_link(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that links of scenes lead to web sites.

    A link of a tag or of a Markdown text has another scheme than `http` or `https`. The page shows its text
    only. With `javascript`, `vbscript` or `data` it could run code in a viewer with the rights of its user;
    such a link is an error, others are a warning.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  navLink: {destination: "javascript:alert(1)"}

    Finding:
        scenes/hall.yaml:4:30 TWIN048 link "javascript:alert(1)" has the scheme "javascript"; link to an http
        or https address

    Fix:
        Link to an `http` or `https` address.

    Good:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  navLink: {destination: "https://example.com/manual"}

    Args:
        definition: The definition.
    """
    links = ((link, place) for text, place in _texts(definition) for link in markdown_links(text))
    reported: set[tuple[str, Location]] = set()  # a template of a layout applies to many entities
    for link, place in (*links, *_tag_links(definition)):
        scheme = link_scheme(link)
        if scheme in (None, "http", "https") or (link, place) in reported:
            continue
        reported.add((link, place))
        message, remedy = f"link {quote_value(link)} has the scheme {quote_value(scheme)}", _LINK_REMEDY
        if scheme in _CODE_SCHEMES:
            yield unsafe_link.finding(place, message, remedy)
        else:
            yield unsafe_link.warning(place, message, remedy)


_LINK_REMEDY = "link to an http or https address"


def _expressions(
    definition: UncheckedDefinition, scene_id: str, scene: Scene
) -> Iterator[tuple[str, Location]]:
    """Yield the expressions of a scene's rules, with their places."""
    for rule_id, scene_rule in map_member(scene.document, "rules").items():
        statements = list_member(scene_rule, "statements") if isinstance(scene_rule, dict) else []
        for index, statement in enumerate(statements):
            expression = statement.get("expression") if isinstance(statement, dict) else None
            if isinstance(expression, str):
                path = ("rules", rule_id, "statements", index, "expression")
                yield expression, definition.where("scenes", scene_id, *path)


def _texts(definition: UncheckedDefinition) -> Iterator[tuple[str, Location]]:
    """Yield the Markdown texts of overlays, with their places."""
    for scene_id, _, component, _ in scene_components(definition):
        if component.get("type") != "DataOverlay":
            continue
        for index, row in enumerate(list_member(component, "dataRows")):
            if isinstance(row, dict) and isinstance(row.get("content"), str):
                place = component_place(definition, scene_id, component, "dataRows", index, "content")
                yield row["content"], place


def _tag_links(definition: UncheckedDefinition) -> Iterator[tuple[str, Location]]:
    """Yield the links of tags, with their places."""
    for scene_id, _, component, _ in scene_components(definition):
        link = map_member(component, "navLink").get("destination")
        if component.get("type") == "Tag" and isinstance(link, str):
            yield link, component_place(definition, scene_id, component, "navLink", "destination")
