"""The hosted page in tests: with a small page, so that the built one is not needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.constructs.statements import flat

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized


def write_page(folder: Path) -> Path:
    """Write a page like the built one."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "licenses.md").write_text("none")
    (folder / "preview.js").write_text("alert()")
    (folder / "assets" / "index-0a1b2c3d.js").write_text("console.log()")
    return folder


def directives(result: Synthesized) -> dict[str, list[str]]:
    """The content security policy of the page, by directive."""
    config = result.properties("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    policy = flat(config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


def config_json(result: Synthesized) -> dict[str, Any]:
    """``config.json`` as the deployment writes it; values of the template are ``<LogicalId.Attribute>``."""
    (entry,) = [
        resource["Properties"]
        for resource in result.all_of("Custom::CDKBucketDeployment").values()
        if "SourceMarkers" in resource["Properties"]
    ]
    (markers,) = [item for item in entry["SourceMarkers"] if item]
    (file,) = result.directory.rglob("config.json")
    text = file.read_text(encoding="utf-8")
    for marker, value in markers.items():
        text = text.replace(marker, flat(value))
    settings: dict[str, Any] = json.loads(text)
    return settings
