"""Shapes of the service models that botocore ships."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session


@cache
def service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def shape(name: str, *, service_name: str = "iottwinmaker") -> Any:
    return service(service_name).shape_for(name)


def limits(name: str, *, service_name: str = "iottwinmaker") -> dict[str, Any]:
    """Return ``min``, ``max``, ``pattern`` and ``enum`` of a shape, as far as it has them."""
    return dict(shape(name, service_name=service_name).metadata)
