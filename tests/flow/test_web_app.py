"""A stage with a hosted page, deployed to the embedded AWS: its files, its settings, its identity pool."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Duration, Environment

from tests.constructs.web_app import write_page
from tests.support.deployments import deploy_app
from tests.support.templates import cdk_context
from twin_stack import TwinStack, WebAppAttributes, load
from twin_stack.constructs import web_app_hosting
from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy]


def test_settings_and_files_of_the_page_are_deployed(
    local_twin: LocalTwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_page(tmp_path / "page")
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: page)
    workspace = f"ws-{uuid.uuid4().hex[:8]}"
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "twin.yaml").write_text(f"workspaceId: {workspace}\n")

    def deploy(**options: Any) -> Mapping[str, str]:
        app = App(context=cdk_context())
        TwinStack(
            app,
            workspace,
            definition=load(tmp_path / "model"),
            operations=None,
            web_app=WebAppAttributes(**options),
            env=Environment(account=ACCOUNT, region=REGION),
        )
        return deploy_app(local_twin, app)[workspace]

    outputs = deploy()

    s3, identity = local_twin.client("s3"), local_twin.client("cognito-identity")
    (bucket,) = [
        item["Name"]
        for item in s3.list_buckets()["Buckets"]
        if item["Name"].startswith(f"{workspace}-webapp")
    ]
    cache = {
        key: s3.head_object(Bucket=bucket, Key=key)["CacheControl"]
        for key in ("index.html", "config.json", "assets/index-0a1b2c3d.js")
    }
    assert cache.pop("assets/index-0a1b2c3d.js") == "max-age=31536000, public, immutable"
    assert set(cache.values()) == {"no-cache"}
    settings = json.loads(s3.get_object(Bucket=bucket, Key="config.json")["Body"].read())
    assert settings["workspaceId"] == workspace
    assert settings["endpoints"]["data"] == f"https://data.iottwinmaker.{REGION}.amazonaws.com"
    auth = settings["auth"]
    pool = identity.describe_identity_pool(IdentityPoolId=auth["identityPoolId"])
    assert pool["AllowUnauthenticatedIdentities"] is False
    assert auth["issuer"] == f"https://{auth['provider']}"
    (provider,) = pool["CognitoIdentityProviders"]
    assert (provider["ProviderName"], provider["ClientId"]) == (auth["provider"], auth["clientId"])
    (rules,) = s3.get_bucket_cors(Bucket=outputs["BucketName"])["CORSRules"]
    assert rules["AllowedOrigins"] == [outputs["PageUrl"].removesuffix("/")]

    # A later version, with another session: pages that are open still find the files of the former one.
    (page / "assets" / "index-0a1b2c3d.js").rename(page / "assets" / "index-4e5f6a7b.js")
    (page / "index.html").write_text("<!doctype html><title>Later</title>")
    deploy(session=Duration.hours(8))

    def content(key: str) -> bytes:
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    assert b"Later" in content("index.html")
    assert content("assets/index-4e5f6a7b.js") == content("assets/index-0a1b2c3d.js")
    assert json.loads(content("config.json")) == settings
