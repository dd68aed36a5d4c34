"""Calls of the CDK's provider framework for a list of assets: one to begin, then one a slice.

Source: AWS CDK, ``custom_resources.Provider``.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_client.clients import create_client

from sitewise_manager.list_request import parse_list_request
from sitewise_manager.list_slices import Tools, Work, begin, run_slice
from sitewise_manager.repository import BucketStore, SiteWiseRepository
from sitewise_manager.shapes import Repository

if TYPE_CHECKING:
    from sitewise_manager.repository import Clients

_RECORDED = "IsRecorded"
"""Member that the framework adds to the event of the later calls."""

_SLICE_SECONDS = 240.0
"""Time of a slice. The framework's call of this function is repeated if a network drops it for its length."""

_THREADS = 8
"""Assets at a time: a call takes about 50 ms, and SiteWise takes 50 creations a second."""

_S3_ATTEMPTS = 5


@cache
def _s3() -> Any:
    """Return the client of S3, the same one for all slices: its creation takes longer than most of them."""
    return create_client("s3", attempts=_S3_ATTEMPTS)


def handle_list(
    event: Mapping[str, Any], clients: "Clients", seconds_left: Callable[[], float]
) -> dict[str, Any]:
    """Record a request for a list of assets, or go on with it.

    Args:
        event: The request of CloudFormation; once it is recorded, with the answer of the first call.
        clients: The clients of SiteWise and CloudFormation.
        seconds_left: Returns the time that the invocation has.
    """
    properties = event["ResourceProperties"]
    store = BucketStore(_s3(), properties["BucketName"], properties["StatePrefix"])
    request = parse_list_request(event)
    if _RECORDED not in event:
        return {"PhysicalResourceId": begin(request, store), _RECORDED: "true"}
    end = time.monotonic() + _SLICE_SECONDS

    def repository_of(phase: str) -> Repository:
        return SiteWiseRepository(clients, event["StackId"], seconds_left, undoes=phase == "undo")

    def time_of_slice() -> float:
        return min(seconds_left(), end - time.monotonic())

    is_complete, ids_key = run_slice(request, Tools(store, repository_of, time_of_slice, _run_together))
    if not is_complete:
        return {"IsComplete": False}
    return {"IsComplete": True, "Data": {"IdsKey": f"{properties['StatePrefix']}/{ids_key}"}}


def _run_together(work: Work, keys: Sequence[str]) -> Iterable[str]:
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, keys))
