"""The upload of scene files, written by hand for a peer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aws_cdk import Aws, CfnElement, CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets

from tests.bench.peer_functions import ROOT, python_function

if TYPE_CHECKING:
    from aws_cdk import Stack
    from aws_cdk import aws_s3 as s3

WORKSPACE = "my-factory-twin"


def upload_scene_files(stack: Stack, bucket: s3.Bucket, scene_file: str) -> CustomResource:
    """Copy the models and the document of the scene to the bucket."""
    uploader, uploader_role = python_function(
        stack,
        "SceneUploader",
        ["scene_uploader", "custom_resource"],
        "Copies scene files to the bucket of a workspace",
        "scene-files",
        "Log",
        [],
        memory_mib=512,
        timeout=Duration.minutes(15),
    )
    models = s3_assets.Asset(
        stack, "Models", path=str(ROOT / "models/factory/assets"), exclude=["*.py", "__pycache__", ".*"]
    )
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(scene_file, Path(folder, "factory-overview.json"))
        documents = s3_assets.Asset(stack, "Documents", path=folder)
    files = CustomResource(
        stack,
        "SceneFiles",
        resource_type="Custom::TwinSceneFiles",
        service_token=uploader.function_arn,
        service_timeout=Duration.minutes(15),
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        properties={
            "Bucket": bucket.bucket_name,
            "Sources": [
                {"Bucket": asset.s3_bucket_name, "Key": asset.s3_object_key, "Prefix": WORKSPACE}
                for asset in (models, documents)
            ],
        },
    )
    files_id = stack.get_logical_id(cast("CfnElement", files.node.default_child))
    ledgers = ".twin-stack/scene-files"
    file_access = iam.Policy(
        stack,
        "SceneFileAccess",
        policy_name=f"Files{documents.asset_hash[:8].upper()}",
        roles=[uploader_role],
        statements=[
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[
                    *(
                        f"arn:{Aws.PARTITION}:s3:::{asset.s3_bucket_name}/{asset.s3_object_key}"
                        for asset in (models, documents)
                    ),
                    bucket.arn_for_objects(f"{ledgers}/*"),
                ],
            ),
            iam.PolicyStatement(
                actions=[
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:GetObjectVersion",
                    "s3:PutObject",
                ],
                resources=[bucket.arn_for_objects(f"{WORKSPACE}/*")],
            ),
            iam.PolicyStatement(
                actions=["s3:DeleteObject", "s3:PutObject"],
                resources=[bucket.arn_for_objects(f"{ledgers}/{Aws.STACK_NAME}/{files_id}.json")],
            ),
            iam.PolicyStatement(
                actions=["s3:GetBucketVersioning", "s3:ListBucket"], resources=[bucket.bucket_arn]
            ),
        ],
    )
    cleanup = CustomResource(
        stack,
        "SceneFilesCleanup",
        resource_type="Custom::TwinSceneFilesCleanup",
        service_token=uploader.function_arn,
        service_timeout=Duration.minutes(15),
        properties={"Bucket": bucket.bucket_name, "Files": files_id},
    )
    cleanup.node.add_dependency(file_access, uploader_role)
    files.node.add_dependency(cleanup)
    return files
