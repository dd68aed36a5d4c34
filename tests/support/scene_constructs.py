"""Scenes of an imported workspace, and the files that they upload, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_s3 as s3

from tests.constructs.examples import DOCUMENT
from twin_stack.constructs import IWorkspace, Scene, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.support.templates import Synthesized


SCENE = "AWS::IoTTwinMaker::Scene"

UPLOAD = "Custom::CDKBucketDeployment"


def workspace(stack: Stack) -> IWorkspace:
    return Workspace.from_workspace_attributes(
        stack,
        "Workspace",
        workspace_id="factory",
        bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "factory-bucket"),
    )


def make_scene(stack: Stack, **options: Any) -> Scene:
    if "workspace" not in options:
        options["workspace"] = workspace(stack)
    options.setdefault("document", DOCUMENT)
    options.setdefault("scene_id", "overview")
    return Scene(stack, "Overview", **options)


def uploaded_files(result: Synthesized, prefix: str = "Overview") -> dict[str, str]:
    """The files of all uploads below a construct, by their key in the bucket."""
    files = {}
    for logical_id, upload in result.all_of(UPLOAD).items():
        if not logical_id.startswith(prefix):
            continue
        for key in upload["Properties"]["SourceObjectKeys"]:
            folder = result.directory / f"asset.{key.removesuffix('.zip')}"
            for path in folder.rglob("*"):
                if path.is_file():
                    name = f"{upload['Properties']['DestinationBucketKeyPrefix']}/{path.relative_to(folder)}"
                    files[name] = path.read_text(encoding="utf-8")
    return files
