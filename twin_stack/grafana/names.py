"""Names in Grafana: unique, and the same in every run."""

from __future__ import annotations

import hashlib
import re


def uid(kind: str, *ids: str) -> str:
    """Return a uid: at most 40 letters, digits and dashes (Grafana's rule for data sources and dashboards).

    Args:
        kind: The readable kind of the object.
        ids: The ids that distinguish it from others of its kind, of any length and with any characters.
    """
    digest = hashlib.sha256("\n".join([kind, *ids]).encode()).hexdigest()[:10]
    return f"{slug(f'{kind}-{ids[-1]}')[:29]}-{digest}"


def slug(text: str) -> str:
    """Return a text in which dashes replace everything but letters and digits.

    Args:
        text: Any text.
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
