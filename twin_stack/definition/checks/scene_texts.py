"""Rules of links of scenes, which browsers open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.rule import rule
from twin_stack.definition.scene_parts import component_place, list_member, map_member, scene_components
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scene_texts import link_scheme, markdown_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import UncheckedDefinition

_CODE_SCHEMES = frozenset({"javascript", "vbscript", "data"})


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
