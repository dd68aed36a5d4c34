"""Each property of each resource type in the accepted templates, and the plan of its change.

    python -m tests.support.resource_properties

writes the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from twin_stack.plan.resources import resource_changes, resource_lines

FILE: Final = Path(__file__).parents[1] / "plan" / "edits" / "resource_properties.txt"
_SNAPSHOTS: Final = Path(__file__).parents[1]


def emitted_properties() -> dict[tuple[str, str], dict[str, Any]]:
    """Return a resource of the accepted templates for each type and property."""
    resources: dict[tuple[str, str], dict[str, Any]] = {}
    for file in sorted(_SNAPSHOTS.rglob("__snapshots__/**/*.json")):
        document: Any = json.loads(file.read_text(encoding="utf-8"))
        for resource in document.get("Resources", {}).values() if isinstance(document, dict) else ():
            for name in resource.get("Properties", {}):
                resources.setdefault((resource["Type"], name), resource)
    return dict(sorted(resources.items()))


def lines() -> list[str]:
    """Return a line for each property: its name and the plan of a change of it alone."""
    result = []
    for (type_name, name), resource in emitted_properties().items():
        after = {**resource, "Properties": {**resource["Properties"], name: "another value"}}
        changes = resource_changes({"Resources": {"R": resource}}, {"Resources": {"R": after}})
        (line,) = resource_lines(changes)
        result.append(
            f"{type_name} {name}: {line.replace(f'{type_name} R ', '').replace(f'1 {type_name} ', '')}"
        )
    return result


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")
