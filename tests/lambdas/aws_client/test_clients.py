"""Clients: their endpoints are botocore's, and the parts of botocore that they rely on exist."""

from typing import Any

import botocore.session
import pytest
from aws_client.calls import MAX_CALL_SECONDS
from aws_client.clients import create_client
from botocore.exceptions import EndpointVariantError


class SentError(Exception):
    """The request that a client was about to send."""


def sent(client: Any, operation: str, **parameters: str) -> tuple[str, str]:
    """Give the address that a client asks, and what it signs for."""

    def stop(request: Any, **_: Any) -> None:
        raise SentError(request)

    client.meta.events.register("before-send", stop)
    try:
        getattr(client, operation)(**parameters)
    except SentError as stopped:
        request = stopped.args[0]
        credential = request.headers["Authorization"].decode().split("Credential=")[1].split(",")[0]
        return request.url, credential.split("/", 2)[2]
    raise AssertionError("nothing was sent")


SETTINGS = [
    {},
    {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=" ".join)
def test_a_client_asks_the_address_that_botocore_s_own_would(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every partition: what is left out when a client is made decides nothing."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", **settings}.items():
        monkeypatch.setenv(name, value)
    usual = botocore.session.get_session()
    regions = ["eu-nowhere-9", "aws-global"]
    for partition in usual.get_available_partitions():
        regions += usual.get_available_regions("dynamodb", partition)[:2]
    assert {"cn-north-1", "us-gov-east-1", "us-iso-east-1", "eusc-de-east-1"} <= set(regions)
    asked: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("dynamodb", "describe_table", {"TableName": "t"}),
        ("iotsitewise", "list_assets", {}),
    )
    for service, operation, parameters in asked:
        compared = 0
        for region in regions:
            monkeypatch.setenv("AWS_DEFAULT_REGION", region)
            try:
                wanted = sent(usual.create_client(service, region_name=region), operation, **parameters)
            except EndpointVariantError:
                continue  # of botocore's two lists the one left out is the older: it refuses more
            assert sent(create_client(service), operation, **parameters) == wanted
            compared += 1
        assert compared >= 10


def test_a_client_tries_once_for_no_longer_than_a_call_is_reckoned_to_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config = create_client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 4)
    assert config.connect_timeout + config.read_timeout < MAX_CALL_SECONDS
    assert config.retries["total_max_attempts"] == 1
