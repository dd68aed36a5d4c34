"""Clients: their endpoints are botocore's, and the undocumented parts of botocore that they rely on exist.

``make conformance`` runs this file with the botocore of the oldest and the newest Lambda runtime too.
"""

from typing import Any

import botocore.session
import pytest
from aws_client.calls import MAX_CALL_SECONDS
from aws_client.clients import _to_endpoints, create_client
from botocore.exceptions import DataNotFoundError, EndpointResolutionError, EndpointVariantError
from botocore.loaders import Loader

from tests.support.soak import SOAK

pytestmark = pytest.mark.slow


class SentError(Exception):
    """The request that a client is about to send."""


def sent(client: Any, operation: str, **parameters: str) -> tuple[str, str]:
    """Return the URL of a client's request, and the scope of its signature."""

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


@pytest.mark.soak
@pytest.mark.parametrize("settings", SETTINGS, ids=" ".join)
def test_client_has_the_endpoint_of_botocores_own(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data that the loader leaves out has no effect, in any partition."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", **settings}.items():
        monkeypatch.setenv(name, value)
    usual = botocore.session.get_session()
    regions = ["eu-nowhere-9", "aws-global", "eusc-de-east-1"]
    for partition in usual.get_available_partitions():
        regions += usual.get_available_regions("dynamodb", partition)[: 2 if SOAK else 1]
    assert {"cn-north-1", "us-gov-east-1", "us-iso-east-1", "eusc-de-east-1"} <= set(regions)
    calls: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("dynamodb", "describe_table", {"TableName": "table"}),
        ("iotsitewise", "list_assets", {}),
    )
    if not settings:
        calls += (("sns", "list_topics", {}),)
    for service, operation, parameters in calls:
        compared = 0
        for region in regions:
            monkeypatch.setenv("AWS_DEFAULT_REGION", region)
            try:
                expected = sent(usual.create_client(service, region_name=region), operation, **parameters)
            except (EndpointResolutionError, EndpointVariantError):
                continue  # the list that the loader leaves out is older and refuses more
            assert sent(create_client(service), operation, **parameters) == expected
            compared += 1
        assert compared >= 5, "older botocores refuse more"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1"])
def test_client_of_s3_has_the_endpoint_of_its_region(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3's global endpoint, botocore's choice for us-east-1, would be among the data that are left out."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"

    url, scope = sent(create_client("s3"), "list_objects_v2", Bucket="plant")

    assert url.startswith(f"https://plant.s3.{region}.{suffix}/")
    assert scope == f"{region}/s3/aws4_request"


def test_client_tries_once_and_no_longer_than_a_call_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config = create_client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 4)
    assert config.connect_timeout + config.read_timeout < MAX_CALL_SECONDS
    assert config.retries["total_max_attempts"] == 1


def test_client_may_try_several_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config = create_client("sns", attempts=3).meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 4)
    assert config.retries["total_max_attempts"] == 3
    assert config.retries["mode"] == "standard"


# --- undocumented parts of botocore ------------------------------------------------------------


def test_session_takes_its_data_from_the_component_data_loader() -> None:
    loader = Loader()
    session = botocore.session.get_session()
    session.register_component("data_loader", loader)
    assert session.get_component("data_loader") is loader


def test_loader_has_the_methods_that_ours_overrides_and_calls() -> None:
    loader = Loader()
    assert "dynamodb" in loader.list_available_services(type_name="service-2")
    data, path = loader.load_data_with_path(name="partitions")
    assert path.startswith(loader.BUILTIN_DATA_PATH)
    assert loader.load_data("partitions") == data


def test_partitions_have_the_members_that_endpoints_need() -> None:
    loader = Loader()
    partitions = {item["id"]: item for item in loader.load_data("partitions")["partitions"]}
    endpoints = {item["partition"]: item for item in loader.load_data("endpoints")["partitions"]}
    assert {"aws", "aws-cn", "aws-us-gov"} <= set(partitions)
    assert set(endpoints) <= set(partitions)
    for name, partition in partitions.items():
        ours = _to_endpoints(partition)
        assert set(partition["outputs"]) >= {"dnsSuffix", "dualStackDnsSuffix"}
        if name in endpoints:
            theirs = endpoints[name]
            assert set(ours) <= set(theirs), "botocore reads no member that ours lacks the form of"
            assert ours["dnsSuffix"] == theirs["dnsSuffix"]
            assert ours["defaults"]["hostname"] == theirs["defaults"]["hostname"]


def test_client_of_an_unknown_service_is_not_created(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(DataNotFoundError):
        create_client("no-such-service")


@pytest.mark.parametrize(
    ("resource", "region"),
    [
        ("telemetry", "eu-west-1"),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/telemetry", "us-east-1"),
    ],
)
def test_client_is_of_the_region_of_the_resource(
    resource: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert create_client("dynamodb", resource=resource).meta.region_name == region


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_client_of_s3_has_the_region_of_the_function(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)

    assert create_client("s3").meta.region_name == region
