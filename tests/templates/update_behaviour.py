"""What CloudFormation does when a property changes, of all types that a twin's stack has.

    python -m tests.templates.update_behaviour

writes ``twin_stack/plan/update_behaviour.json`` from the schemas of resource types that come with cfn-lint.
"""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[2] / "twin_stack" / "plan" / "update_behaviour.json"
SNAPSHOTS: Final = Path(__file__).parents[1]


def emitted_types() -> set[str]:
    """Return the types of AWS in the accepted templates."""
    types: set[str] = set()
    for file in SNAPSHOTS.rglob("__snapshots__/**/*.json"):
        document = json.loads(file.read_text(encoding="utf-8"))
        resources = document.get("Resources", {}) if isinstance(document, dict) else {}
        types |= {resource["Type"] for resource in resources.values()}
    return {name for name in types if name.startswith("AWS::")}


def update_behaviour() -> dict[str, dict[str, list[str]]]:
    """Return by type the properties whose change replaces the resource, always or under a condition."""
    types = emitted_types()
    behaviour: dict[str, dict[str, list[str]]] = {}
    # Without an import of cfn-lint, which takes a second.
    schemas = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas/resources")))
    for file in sorted(schemas.glob("*.json")):
        schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        name = schema["typeName"]
        if name in types:
            behaviour[name] = {
                "replaced": _names(schema, "createOnlyProperties"),
                "maybeReplaced": _names(schema, "conditionalCreateOnlyProperties"),
            }
    assert behaviour.keys() == types, types - behaviour.keys()
    return dict(sorted(behaviour.items()))


def _names(schema: dict[str, Any], key: str) -> list[str]:
    return sorted({path.removeprefix("/properties/").partition("/")[0] for path in schema.get(key, [])})


def render() -> str:
    """Return the content of the file."""
    return json.dumps(update_behaviour(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
