"""Events and answers in the forms that AWS documents, or that were captured from the service.

The files are this project's own: they have the structure of the published ones with other names and
values. ``make conformance`` runs the same tests with the published files.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
CAPTURED = "udq_captured_events"
DOCUMENTED = "aws_docs_udq"


def load_case(folder: str, name: str, *, cases: Path = CASES) -> Any:
    return json.loads((cases / folder / f"{name}.json").read_text())


def external_id(event: Any) -> str:
    """Return the value of the event's first external id."""
    ids = {
        name: prop["value"]["stringValue"]
        for name, prop in event["properties"].items()
        if prop["definition"]["isExternalId"]
    }
    return str(ids[min(ids)])
