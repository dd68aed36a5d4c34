"""The TwinMaker data-connector contract: parse requests, page, type values, answer. No AWS SDK.

A connector is a function from a ``Request`` to the ``Source`` objects that hold its properties;
``serve`` does the rest.
"""

from connector_kit.errors import (
    ConfigurationError,
    ConnectorError,
    RequestError,
    StoreError,
    TokenError,
    UnsupportedError,
)
from connector_kit.history import Batch, Source
from connector_kit.identity import external_id_name, store_id
from connector_kit.request import Property, Request, parse_event
from connector_kit.serving import serve
from connector_kit.tokens import Position

__all__ = [
    "Batch",
    "ConfigurationError",
    "ConnectorError",
    "Position",
    "Property",
    "Request",
    "RequestError",
    "Source",
    "StoreError",
    "TokenError",
    "UnsupportedError",
    "external_id_name",
    "parse_event",
    "serve",
    "store_id",
]
