"""The TwinMaker data-connector contract: parse requests, page, type values, answer. No AWS SDK.

A connector is a function from a ``Request`` to the ``Source`` objects that hold its properties, and
where it can one that lists a component's properties and one that writes; ``serve`` does the rest.
"""

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
from connector_kit.schema import Definition
from connector_kit.serving import serve
from connector_kit.source import Batch, Source
from connector_kit.tokens import Position
from connector_kit.values import DataType
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
