"""Default values of construct options, each in one place."""

from __future__ import annotations

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from twin_stack.twinmaker.quotas import MAX_LAMBDA_SECONDS

CONNECTOR_RUNTIME: Final = lambda_.Runtime.PYTHON_3_14
"""The newest Python runtime of the pinned aws-cdk-lib; cdk-nag requires the newest."""

CONNECTOR_ARCHITECTURE: Final = lambda_.Architecture.ARM_64
"""Graviton: a lower price per millisecond, and the connectors are pure Python."""

KIT_RUNTIMES: Final = (
    lambda_.Runtime.PYTHON_3_11,
    lambda_.Runtime.PYTHON_3_12,
    lambda_.Runtime.PYTHON_3_13,
    lambda_.Runtime.PYTHON_3_14,
)
"""The Python versions that this package supports."""

KIT_ARCHITECTURES: Final = (lambda_.Architecture.ARM_64, lambda_.Architecture.X86_64)
"""Both architectures, because the kit is pure Python."""

CONNECTOR_MEMORY_MIB: Final = 1024
"""Lambda allocates CPU in proportion to memory, and a connector spends its time parsing."""

CONNECTOR_TIMEOUT: Final = Duration.seconds(30)
"""Default and upper limit: a viewer waits for the response, so a longer timeout has no benefit."""

MAX_MEASUREMENT_AGE: Final = Duration.days(3650)
"""Older times come from devices whose clocks are wrong; 1970 is the time of a clock that is not set."""

MAX_MEASUREMENT_AHEAD: Final = Duration.minutes(10)
"""By how much a device's clock may be ahead; AWS IoT SiteWise allows the same."""

BULK_QUERY_INTERVAL: Final = Duration.seconds(10)
"""Interval of the polls whether the entities of the ``bulk`` engine are complete."""

BULK_TIMEOUT: Final = Duration.hours(1)
"""Longest time of a custom resource. Source: CloudFormation user guide, ``ServiceTimeout``."""

LOG_RETENTION: Final = logs.RetentionDays.THREE_MONTHS

UPLOAD_MEMORY_MIB: Final = 512
"""For the function that copies scene files, which holds parts of one file and writes nothing to disk."""

LARGE_UPLOAD_BYTES: Final = 100_000_000
"""Size of scene files from which that function gets a whole CPU, because it unpacks them."""

VCPU_MEMORY_MIB: Final = 1769
"""Memory with which a function has one CPU. Source: Lambda developer guide, "Configure function memory"."""

UPLOAD_TIMEOUT_SECONDS: Final = MAX_LAMBDA_SECONDS
"""The timeout of that function, which is Lambda's longest. CloudFormation by default waits for an hour."""
