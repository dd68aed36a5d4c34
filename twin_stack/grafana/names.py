"""Names in Grafana: unique by construction, the same in every run."""

from __future__ import annotations

import hashlib
import re


def uid(kind: str, *ids: str) -> str:
    """Return a uid, at most 40 letters, digits and dashes (Grafana's rule for data sources and dashboards).

    Args:
        kind: What it is of, readable.
        ids: What tells it from others of the kind; they may be of any length and hold any character.
    """
    digest = hashlib.sha256("\n".join([kind, *ids]).encode()).hexdigest()[:10]
    return f"{slug(f'{kind}-{ids[-1]}')[:29]}-{digest}"


def slug(text: str) -> str:
    """Return a text with dashes for what is no letter or digit."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
