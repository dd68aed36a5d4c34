"""The values a construct uses when the caller gives none, each in this one place."""

from __future__ import annotations

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

CONNECTOR_RUNTIME: Final = lambda_.Runtime.PYTHON_3_14
"""The newest Python runtime the pinned aws-cdk-lib knows; cdk-nag asks for the newest."""

CONNECTOR_ARCHITECTURE: Final = lambda_.Architecture.ARM_64
"""Graviton: cheaper a millisecond, and the connectors are pure Python."""

KIT_RUNTIMES: Final = (
    lambda_.Runtime.PYTHON_3_11,
    lambda_.Runtime.PYTHON_3_12,
    lambda_.Runtime.PYTHON_3_13,
    lambda_.Runtime.PYTHON_3_14,
)
"""Those that the connector kit is written for: the Pythons of this package."""

KIT_ARCHITECTURES: Final = (lambda_.Architecture.ARM_64, lambda_.Architecture.X86_64)
"""Both: the kit is pure Python."""

CONNECTOR_MEMORY_MIB: Final = 1024
"""Lambda gives CPU in proportion to memory, and a connector spends its time parsing."""

CONNECTOR_TIMEOUT: Final = Duration.seconds(30)
"""Default and upper limit: a viewer waits for the answer, so longer is of no use."""

LOG_RETENTION: Final = logs.RetentionDays.THREE_MONTHS

UPLOAD_MEMORY_MIB: Final = 512
"""For the function that copies scene files to the bucket; its own default of 128 MiB is slow."""

UPLOAD_TIMEOUT_SECONDS: Final = 900
"""As long as that function may run. CloudFormation's default is to wait an hour for an answer."""
