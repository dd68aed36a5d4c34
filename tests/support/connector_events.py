"""Events of data connectors, from files, for tests."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent / "events"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load_event(name: str, **changes: Any) -> dict[str, Any]:
    """Read an event file with changed members; a change to None removes the member."""
    event = json.loads((EVENTS / f"{name}.json").read_text()) | changes
    return {member: value for member, value in event.items() if value is not None}


def definition(kind: str, **more: Any) -> dict[str, Any]:
    return {"definition": {"dataType": {"type": kind}, **more}}


def milliseconds(text: str) -> int:
    since = datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH
    return since // timedelta(milliseconds=1)
