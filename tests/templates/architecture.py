"""The pages that show the factory's architecture, written from its template: `make architecture`."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.architecture import mermaid, permissions_table

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```mermaid\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^\| role \| used by \| actions \| resource \|\n(?:\|.*\n?)*", re.MULTILINE)
STAGE = "prod"


def template() -> dict[str, Any]:
    """The factory's template in the stage that has all there is: topics, and a Grafana that reads."""
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    from app import build_app  # noqa: PLC0415 - starts jsii

    with tempfile.TemporaryDirectory() as folder:
        (stack,) = build_app(context={"stage": STAGE}, outdir=folder).synth().stacks
        synthesized: dict[str, Any] = stack.template
    return synthesized


def pages(of: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each page as it has to be."""
    for name, shown in (("docs/architecture.md", of), ("README.md", _without_hosted_page(of))):
        path = ROOT / name
        picture = f"```mermaid\n{mermaid(shown)}\n```"
        text = path.read_text(encoding="utf-8")
        (former,) = (match[0] for match in BLOCK.finditer(text))
        text = text.replace(former, picture)
        yield path, TABLE.sub(lambda _: f"{permissions_table(of)}\n", text)


def _without_hosted_page(of: dict[str, Any]) -> dict[str, Any]:
    """The template without the hosted page: the picture of the README is of the twin itself."""
    resources = {
        name: resource
        for name, resource in of["Resources"].items()
        if not name.startswith(("WebApp", "CustomCDKBucketDeployment"))
    }
    assert len(resources) < len(of["Resources"])
    return {**of, "Resources": resources}


if __name__ == "__main__":
    for page, text in pages(template()):
        page.write_text(text, encoding="utf-8")
