"""Clients for the embedded AWS are made without the endpoints of AWS, and are the same."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.session import Session

from twin_stack.local.client_data import ClientData
from twin_stack.local.clients import make_client
from twin_stack.local.state import Access

ACCESS = Access("http://127.0.0.1:1", "secret")

# Services of one region, of all regions, and of both; names that differ from those of their endpoints.
SERVICES = ("iottwinmaker", "iot-data", "cloudwatch", "iam", "cloudfront", "route53", "s3", "sts")


def facts(client: Any) -> tuple[Any, ...]:
    """Where a client sends requests, and how it signs them."""
    signer = client._request_signer
    return (
        client.meta.endpoint_url,
        client.meta.region_name,
        client.meta.partition,
        signer._region_name,
        signer._signing_name,
        signer._signature_version,
    )


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1"])
def test_clients_are_those_that_botocore_makes_with_all_endpoints(region: str) -> None:
    session = Session()
    for service in SERVICES:
        complete = session.create_client(
            service,
            region_name=region,
            endpoint_url=ACCESS.endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            config=Config(s3={"us_east_1_regional_endpoint": "regional"}),
        )

        assert facts(make_client(ACCESS, service, region=region)) == facts(complete), service


def test_presigned_address_of_an_object_is_that_of_the_embedded_aws() -> None:
    address = make_client(ACCESS, "s3").generate_presigned_url(
        "get_object", Params={"Bucket": "files", "Key": "hall.glb"}
    )

    assert address.startswith("http://127.0.0.1:1/files/hall.glb?")


def test_services_are_those_of_botocore() -> None:
    assert set(Loader().list_available_services("service-2")) <= set(
        ClientData().list_available_services("service-2")
    )
    with pytest.raises(UnknownServiceError):
        make_client(ACCESS, "no-such-service")
