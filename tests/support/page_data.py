"""Reads the twin out of a page that ``twin preview`` writes."""

from __future__ import annotations

import json
import re
from typing import Any


def read_twin(html: str) -> dict[str, Any]:
    """Return the data in the script with the id ``twin``."""
    script = re.search(r'<script type="application/json" id="twin">(.*?)</script>', html, re.S)
    assert script
    twin: dict[str, Any] = json.loads(script[1])
    return twin
