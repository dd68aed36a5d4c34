"""Content types of answers: ministack takes the protocol of a service from botocore's model of it.

With each service that is called for the first time, it makes a session of botocore, which lists the folders
of all services, and parses the model: 25 ms on the event loop, and a deployment calls a dozen services. The
protocol is in the first lines of a model.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore

_MODELS = Path(botocore.__file__).parent / "data"
_HEAD_BYTES = 8192
_METADATA = re.compile(r'"metadata"\s*:\s*')


def read_metadata_only(responses: Any) -> None:
    """Let ministack read the metadata of models alone where it looks for the content type of an answer.

    Args:
        responses: ministack's module of this name.
    """
    names = responses._BOTOCORE_NAME

    @cache
    def service_model(service: str) -> SimpleNamespace | None:
        metadata = service_metadata(names.get(service, service))
        return None if metadata is None else SimpleNamespace(metadata=metadata)

    responses._service_model = service_model


def service_metadata(service: str) -> dict[str, Any] | None:
    """Return the metadata of botocore's newest model of a service; None where it has none.

    Args:
        service: botocore's name of the service, such as ``iam``.
    """
    files = sorted(_MODELS.joinpath(service).glob("*/service-2.json.gz")) if service else []
    if not files:
        return None
    with gzip.open(files[-1], "rt", encoding="utf-8") as file:
        head = file.read(_HEAD_BYTES)
    member = _METADATA.search(head)
    assert member is not None  # noqa: S101 (a test reads all models)
    metadata: dict[str, Any]
    metadata, _ = json.JSONDecoder().raw_decode(head, member.end())
    return metadata
