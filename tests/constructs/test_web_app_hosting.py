"""The files of the hosted page: who reads them, their headers, and how long browsers keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2

from tests.constructs.statements import flat, listed
from tests.constructs.web_app import directives, write_page
from tests.support.templates import synthesize
from twin_stack import TwinWebApp, Workspace
from twin_stack.constructs import web_app_hosting

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

    from tests.support.templates import Synthesized


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_page(tmp_path / "page")
    monkeypatch.setattr(web_app_hosting, "built_page", lambda: folder)


def made(**options: Any) -> Synthesized:
    def build(stack: Stack) -> None:
        TwinWebApp(stack, "Page", workspace=Workspace(stack, "Twin", workspace_id="factory"), **options)

    return synthesize(build, copies_files=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A page without options."""
    folder = write_page(tmp_path_factory.mktemp("plain") / "page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_app_hosting, "built_page", lambda: folder)
        return made()


def deployments(result: Synthesized) -> dict[str, dict[str, Any]]:
    """The copies of files by the prefix of their keys."""
    return {
        item["Properties"].get("DestinationBucketKeyPrefix", ""): item
        for item in result.all_of("Custom::CDKBucketDeployment").values()
    }


def page_bucket(result: Synthesized) -> str:
    (name,) = [name for name in result.all_of("AWS::S3::Bucket") if name.startswith("Page")]
    return name


@pytest.mark.slow
def test_bucket_is_private_encrypted_and_read_over_tls_by_the_distribution_only(plain: Synthesized) -> None:
    result = plain
    name = page_bucket(result)
    bucket = result.resources[name]["Properties"]
    (policy,) = [
        policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in result.all_of("AWS::S3::BucketPolicy").values()
        if policy["Properties"]["Bucket"] == {"Ref": name}
    ]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert "WebsiteConfiguration" not in bucket
    denied = [statement for statement in policy if statement["Effect"] == "Deny"]
    assert [statement["Condition"] for statement in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    readers = [
        item for item in policy if item["Effect"] == "Allow" and "s3:GetObject" in listed(item["Action"])
    ]
    (reader,) = readers
    assert reader["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    (arn,) = reader["Condition"]["StringEquals"].values()
    assert flat(arn).endswith(f":distribution/<{result.id_of('AWS::CloudFront::Distribution')}>")
    assert reader["Action"] == "s3:GetObject"


def test_distribution_signs_its_requests_and_redirects_to_https(plain: Synthesized) -> None:
    result = plain
    config = result.properties("AWS::CloudFront::Distribution")["DistributionConfig"]
    control = result.properties("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]

    (origin,) = config["Origins"]
    assert flat(origin["OriginAccessControlId"]).startswith("<PageHostingDistribution")
    assert (control["SigningBehavior"], control["OriginAccessControlOriginType"]) == ("always", "s3")
    behavior = config["DefaultCacheBehavior"]
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["AllowedMethods"] == ["GET", "HEAD"]
    assert behavior["ResponseHeadersPolicyId"] == {
        "Ref": result.id_of("AWS::CloudFront::ResponseHeadersPolicy")
    }
    assert config["DefaultRootObject"] == "index.html"
    assert config["HttpVersion"] == "http2and3"


@pytest.mark.slow
def test_page_connects_to_the_twin_and_its_provider_only() -> None:
    result = made(connect_origins=["https://models.example.com"])
    policy = directives(result)
    region, domain = "<AWS::Region>", f"<{result.id_of('AWS::Cognito::UserPoolDomain')}>"

    assert policy.pop("connect-src") == [
        "'self'",
        "data:",
        "blob:",
        f"https://api.iottwinmaker.{region}.amazonaws.com",
        f"https://data.iottwinmaker.{region}.amazonaws.com",
        f"https://s3.{region}.amazonaws.com",
        f"https://cognito-identity.{region}.amazonaws.com",
        f"https://cognito-idp.{region}.amazonaws.com",
        f"https://{domain}.auth.{region}.amazoncognito.com",
        "https://models.example.com",
    ]
    assert policy == {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "worker-src": ["'self'", "blob:"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.slow
def test_headers_are_strict(plain: Synthesized) -> None:
    config = plain.properties("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    custom = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}

    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000
    assert security["ContentTypeOptions"] == {"Override": True}
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert custom["cross-origin-opener-policy"] == "same-origin"
    assert custom["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in custom["permissions-policy"]
    overrides = [*security.values(), *config["CustomHeadersConfig"]["Items"]]
    assert {item["Override"] for item in overrides} == {True}


@pytest.mark.slow
def test_files_with_a_hash_are_kept_and_others_are_asked_for_each_time(plain: Synthesized) -> None:
    copies = deployments(plain)

    assert copies["assets"]["Properties"]["SystemMetadata"] == {
        "cache-control": "max-age=31536000, public, immutable"
    }
    assert copies[""]["Properties"]["SystemMetadata"] == {"cache-control": "no-cache"}


def test_entry_comes_after_the_files_that_it_names_and_removes_none(plain: Synthesized) -> None:
    result = plain
    copies = deployments(result)
    (hashed,) = [name for name, item in result.resources.items() if item is copies["assets"]]

    assert hashed in copies[""]["DependsOn"]
    assert [item["Properties"]["Prune"] for item in copies.values()] == [False, False]


@pytest.mark.slow
def test_what_is_copied_is_the_page_without_what_previews_are_made_of(plain: Synthesized) -> None:
    result = plain
    files = {path.name for path in result.directory.rglob("*") if path.is_file()}

    assert {"index.html", "licenses.md", "config.json", "index-0a1b2c3d.js"} <= files
    assert "preview.js" not in files


@pytest.mark.slow
def test_function_that_copies_is_in_the_vpc() -> None:
    def build(stack: Stack) -> None:
        vpc = ec2.Vpc.from_vpc_attributes(
            stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
        )
        group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1", mutable=False)
        TwinWebApp(
            stack,
            "Page",
            workspace=Workspace(stack, "Twin", workspace_id="factory"),
            vpc=vpc,
            security_groups=[group],
        )

    (function,) = [
        item["Properties"]
        for name, item in synthesize(build).all_of("AWS::Lambda::Function").items()
        if name.startswith("CustomCDKBucketDeployment")
    ]
    assert function["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "SubnetIds": ["subnet-1"]}
