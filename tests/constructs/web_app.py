"""The hosted page in tests: with a small page, so that the built one is not needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

from tests.constructs.statements import flat
from twin_stack import TwinWebApp, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

    from tests.support.templates import Synthesized


CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"
WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/plant/5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"


def write_page(folder: Path) -> Path:
    """Write a page like the built one."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "licenses.md").write_text("none")
    (folder / "preview.js").write_text("alert()")
    (folder / "assets" / "index-0a1b2c3d.js").write_text("console.log()")
    return folder


def directives(result: Synthesized) -> dict[str, list[str]]:
    """The content security policy of the page, by directive."""
    config = result.properties("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
    policy = flat(config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    return {name: sources for name, *sources in (part.split() for part in policy.split("; "))}


def config_json(result: Synthesized) -> dict[str, Any]:
    """``config.json`` as the deployment writes it; values of the template are ``<LogicalId.Attribute>``."""
    (entry,) = [
        resource["Properties"]
        for resource in result.all_of("Custom::CDKBucketDeployment").values()
        if "SourceMarkers" in resource["Properties"]
    ]
    (markers,) = [item for item in entry["SourceMarkers"] if item]
    (file,) = result.directory.rglob("config.json")
    text = file.read_text(encoding="utf-8")
    for marker, value in markers.items():
        text = text.replace(marker, flat(value))
    settings: dict[str, Any] = json.loads(text)
    return settings


def make(stack: Stack, **options: Any) -> TwinWebApp:
    """A page of a new workspace, unless one is given."""
    if "workspace" not in options:
        options["workspace"] = Workspace(stack, "Twin", workspace_id="factory")
    return TwinWebApp(stack, "Page", **options)


def named(stack: Stack) -> dict[str, Any]:
    """The options of a host name."""
    zone = route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789ABC", zone_name="example.com"
    )
    return {
        "domain_name": "twin.example.com",
        "certificate": acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE),
        "hosted_zone": zone,
    }
