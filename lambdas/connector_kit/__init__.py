"""The TwinMaker data-connector contract: parse requests, page, type values, answer. No AWS SDK.

A connector is a function from a ``Request`` to the ``Source`` objects that hold its properties, and
where it can one that lists a component's properties and one that writes; ``serve`` does the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from connector_kit.component import Component
from connector_kit.deadline import Deadline
from connector_kit.errors import (
    ConfigurationError,
    ConnectorError,
    RequestError,
    StoreError,
    TokenError,
    UnsupportedError,
)
from connector_kit.identity import external_id_name, store_id
from connector_kit.request import Property, Request, parse_event
from connector_kit.serving import serve
from connector_kit.source import Batch, Source
from connector_kit.tokens import Position
from connector_kit.values import DataType

if TYPE_CHECKING:
    from connector_kit.schema import Definition
    from connector_kit.writing import FAILED, Failure, Write

__all__ = [
    "FAILED",
    "Batch",
    "Component",
    "ConfigurationError",
    "ConnectorError",
    "DataType",
    "Deadline",
    "Definition",
    "Failure",
    "Position",
    "Property",
    "Request",
    "RequestError",
    "Source",
    "StoreError",
    "TokenError",
    "UnsupportedError",
    "Write",
    "external_id_name",
    "parse_event",
    "serve",
    "store_id",
]

_LATER = {
    "Definition": "connector_kit.schema",
    "FAILED": "connector_kit.writing",
    "Failure": "connector_kit.writing",
    "Write": "connector_kit.writing",
}
"""What no read needs, and the modules it comes from when it is first asked for."""


def __getattr__(name: str) -> Any:
    """Import what no read needs when it is first asked for.

    Raises:
        AttributeError: If there is no such name.
    """
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
