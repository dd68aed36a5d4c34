"""The embedded TwinMaker and SiteWise, in this process, with boto3 clients of them."""

from __future__ import annotations

# Used by name, as fixtures.
from tests.local.service.conftest import (  # noqa: F401
    clock,
    database,
    functions,
    make_client,
    objects,
    server,
    services,
    sitewise,
    start,
    twinmaker,
)
