"""Kit for data connectors of AWS IoT TwinMaker: request parsing, paging, typed values. No AWS SDK.

A connector is a function from a ``Request`` to the ``Source`` objects of its properties. It may have
two more functions: one that lists a component's properties and one that writes. ``serve`` does the
rest.
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

_LAZY_MODULES = {
    "Definition": "connector_kit.schema",
    "FAILED": "connector_kit.writing",
    "Failure": "connector_kit.writing",
    "Write": "connector_kit.writing",
}
"""Names that no read needs, and the modules from which ``__getattr__`` imports them."""


def __getattr__(name: str) -> Any:
    """Import a name of ``_LAZY_MODULES`` at its first use.

    Raises:
        AttributeError: If there is no such name.
    """
    if name not in _LAZY_MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY_MODULES[name]), name)
