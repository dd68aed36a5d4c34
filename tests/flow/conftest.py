"""The connectors on the stores of the embedded AWS, and stacks that are deployed by boto3."""

from __future__ import annotations

from tests.local.conftest import deploy  # noqa: F401 (fixture)
from tests.support.store_readers import (  # noqa: F401 (fixtures)
    dynamodb_ask,
    plant,
    proxy,
    pump,
    reader,
    sitewise_ask,
    sitewise_connector,
    table,
)
from tests.viewer.conftest import open_page, shared_context  # noqa: F401 (fixtures)
