"""Metadata of botocore's models, which decide the content types of answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import botocore.session

from twin_stack.local.ministack.content_types import read_metadata_only, service_metadata


def test_metadata_of_all_services_are_found_in_the_first_lines_of_their_models() -> None:
    services = botocore.session.get_session().get_available_services()

    assert len(services) > 300
    assert [name for name in services if "protocol" not in (service_metadata(name) or {})] == []


def test_metadata_are_those_of_the_newest_model() -> None:
    session = botocore.session.get_session()

    for name in ("iam", "lambda", "cloudwatch", "s3"):
        assert service_metadata(name) == session.get_service_model(name).metadata, name


def test_service_is_looked_up_by_ministacks_name_and_may_be_unknown() -> None:
    responses: Any = SimpleNamespace(_BOTOCORE_NAME={"states": "stepfunctions"})

    read_metadata_only(responses)

    assert responses._service_model("states").metadata["serviceId"] == "SFN"
    assert [responses._service_model(name) for name in ("no-such-service", "", "..")] == [None] * 3
