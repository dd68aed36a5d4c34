r"""Length and pattern of ids, names and ARNs.

Each is the stricter of botocore's and CloudFormation's. The models leave the patterns without anchors, so
that a part of the text is enough for a match; here the whole text has to match.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

from twin_stack.twinmaker.data_types import MAX_EXPRESSION, MAX_STRING
from twin_stack.twinmaker.quotas import MAX_TOPIC_LENGTH, MAX_TOPIC_SLASHES


class StringFormat(NamedTuple):
    """What a text must look like.

    Attributes:
        min_length: Fewest characters.
        max_length: Most characters.
        pattern: Regular expression for the whole text.
    """

    min_length: int
    max_length: int
    pattern: str

    def fits(self, text: str) -> bool:
        """Return whether a text is allowed.

        Args:
            text: Any text. One of a wrong length is not matched: some patterns take quadratic time.
        """
        return self.min_length <= len(text) <= self.max_length and matcher(self.pattern)(text) is not None


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return what matches a whole text against a pattern.

    Args:
        pattern: A regular expression.
    """
    return re.compile(pattern).fullmatch


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# botocore has "+" at the end of both, which matches the same and takes quadratic time.
_ID = r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]"
_ENTITY_ID = rf"{_UUID}|[a-zA-Z0-9][a-zA-Z_\-0-9.:]*[a-zA-Z0-9]"
_NAME = r"[a-zA-Z_\-0-9]+"
_ONE_LINE = r".*"
_PARTITION = "(aws|aws-cn|aws-us-gov)"
_HOST_AND_PORT = r"[A-Za-z0-9.-]+(:[0-9]{1,5})?"
_FUNCTION_ARN = rf"arn:{_PARTITION}:lambda:[a-z0-9-]+:[0-9]{{12}}:function:[a-zA-Z0-9_-]+"

UUID: Final = StringFormat(36, 36, _UUID)
"""Source: botocore, ``Uuid``."""
WORKSPACE_ID: Final = StringFormat(2, 128, _ID)
"""Source: botocore, ``Id``; the pattern needs two characters."""
SCENE_ID: Final = StringFormat(2, 128, _ID)
"""Source: botocore, ``Id``; the pattern needs two characters."""
ENTITY_ID: Final = StringFormat(2, 128, _ENTITY_ID)
"""Source: botocore, ``EntityId``; the pattern needs two characters."""
PARENT_ENTITY_ID: Final = StringFormat(2, 128, rf"\$ROOT|{_ENTITY_ID}")
"""Source: botocore, ``ParentEntityId``."""
ENTITY_NAME: Final = StringFormat(2, 256, r"[a-zA-Z_0-9-.][a-zA-Z_0-9-. ]*[a-zA-Z0-9]")
"""Source: CloudFormation and the schema of metadata transfer; the API refuses control characters only."""
COMPONENT_TYPE_ID: Final = StringFormat(1, 256, r"[a-zA-Z_\.\-0-9:]+")
"""Source: botocore, ``ComponentTypeId``."""
NAME: Final = StringFormat(1, 256, _NAME)
"""Name of a component, property, function or property group. Source: botocore, ``Name``."""
COMPONENT_PATH: Final = StringFormat(1, 256, r"[a-zA-Z_\-0-9/]+")
"""Source: CloudFormation; the API (``ComponentPath``) takes 2,048 characters."""
DESCRIPTION: Final = StringFormat(0, 512, _ONE_LINE)
"""Source: CloudFormation; the API takes 2,048 characters."""
SHORT_TEXT: Final = StringFormat(1, MAX_STRING, _ONE_LINE)
"""A ``stringValue``, a unit, a type of relationship. Source: botocore, ``String``."""
DISPLAY_NAME: Final = StringFormat(0, 256, _ONE_LINE)
"""Source: botocore, ``PropertyDisplayName`` and ``ComponentTypeName``."""
CONFIGURATION_VALUE: Final = StringFormat(1, 256, _NAME)
"""Source: CloudFormation, ``PropertyDefinition.Configurations``; the API takes any text."""
VALUE_EXPRESSION: Final = StringFormat(1, MAX_EXPRESSION, r"\$\{Parameters\.[a-zA-Z][a-zA-Z_0-9]*\}")
"""Source: botocore, ``Expression``, without its slip ``A-z``, which lets punctuation pass."""
SCENE_KEY_PREFIX: Final = StringFormat(1, 128, r"[A-Za-z0-9_-]([A-Za-z0-9._/-]*[A-Za-z0-9_-])?")
"""Start of the keys of scene files. Source of the characters: CloudFormation, ``ContentLocation``."""
SCENE_CAPABILITY: Final = StringFormat(0, 256, _ONE_LINE)
"""Source: botocore, ``SceneCapability``."""
SCENE_METADATA_VALUE: Final = StringFormat(0, 2048, _ONE_LINE)
"""Source: botocore, ``SceneMetadataValue``."""
TAG_KEY: Final = StringFormat(
    1, 128, r"[\w.:/=+\-@ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
)
"""Source: botocore, ``TagKey``; ``re`` has no Unicode classes, so separators are listed."""
TAG_VALUE: Final = StringFormat(1, 256, _ONE_LINE)
"""Source: botocore, ``TagValue``: not empty, unlike the tags of other services."""
LAMBDA_ARN: Final = StringFormat(20, 128, _FUNCTION_ARN)
"""A function of Lambda. Source: CloudFormation; the API takes 2,048 characters.

The pattern has no place for a version or an alias; what the service does with one is not documented [U].
"""
QUALIFIED_LAMBDA_ARN: Final = StringFormat(20, 128, rf"{_FUNCTION_ARN}:[a-zA-Z0-9$_-]+")
"""A version or an alias of a function of Lambda: refused by the pattern of ``LambdaArn``."""
ROLE_ARN: Final = StringFormat(20, 2048, r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z0-9_+=,.@/-]{1,512}")
"""A role of IAM. Source: IAM user guide, "IAM identifiers"."""
TABLE_NAME: Final = StringFormat(3, 255, r"[a-zA-Z0-9_.-]+")
"""The name of a table of DynamoDB. Source: API reference, ``TableName``."""
TABLE_ARN: Final = StringFormat(
    37, 1024, r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[a-zA-Z0-9_.-]{3,255}"
)
"""A table of DynamoDB. Source: API reference, ``TableName``; service authorization reference."""
TABLE_STREAM_ARN: Final = StringFormat(37, 1024, rf"{TABLE_ARN.pattern}/stream/[0-9T:.-]{{19,29}}")
"""A stream of a table. Source: DynamoDB API reference, ``LatestStreamArn``, ``LatestStreamLabel``."""
SITEWISE_EXTERNAL_ID: Final = StringFormat(2, 128, r"[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]")
"""Source: botocore, iotsitewise, ``ExternalId``, without "+" at the end, as above."""
ASSET_REFERENCE: Final = StringFormat(
    13,
    512,
    rf"{_UUID}|externalId:[a-zA-Z0-9_][a-zA-Z_\-0-9.:]{{0,126}}[a-zA-Z0-9_]"
    rf"|arn:aws[a-z-]*:iotsitewise:[a-z0-9-]+:[0-9]{{12}}:asset/{_UUID}",
)
"""An asset of SiteWise. Source: API reference, ``AssetId`` of DescribeAsset, ``assetArn``."""
KMS_KEY_ARN: Final = StringFormat(
    20, 2048, r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,128}"
)
"""A key of KMS. Source: KMS developer guide, "Key ARN"."""
BUCKET_ARN: Final = StringFormat(16, 128, r"arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""A bucket without dots in its name, which TwinMaker refuses.

Source: S3 user guide, "Bucket naming rules".
"""
TOPIC_ARN: Final = StringFormat(20, 512, r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
"""A standard topic of SNS. Source: SNS API reference, CreateTopic, ``Name``."""
ROLE_EXTERNAL_ID: Final = StringFormat(2, 1224, r"[a-zA-Z0-9_+=,.@:/-]+")
"""Syntax of the external id in a trust policy. Source: STS API reference, AssumeRole, ``ExternalId``."""
VPC_ID: Final = StringFormat(12, 21, r"vpc-[0-9a-f]{8}([0-9a-f]{9})?")
"""A VPC. Source: EC2 user guide, "Resource IDs": 8 or 17 digits."""
SUBNET_ID: Final = StringFormat(15, 24, r"subnet-[0-9a-f]{8}([0-9a-f]{9})?")
"""A subnet, of the same source."""
SECURITY_GROUP_ID: Final = StringFormat(11, 20, r"sg-[0-9a-f]{8}([0-9a-f]{9})?")
"""A security group, of the same source."""
METRIC_WINDOW: Final = StringFormat(2, 23, r"[1-9][0-9]*[mhdw]")
"""Length of a metric's window. Source: SiteWise API reference, ``TumblingWindow``."""
WINDOW_SECONDS: Final = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
"""Length of the units of a window."""

# AWS IoT Core (developer guide: "AWS IoT SQL reference", "Topics")

_SQL_NAME = r"[a-zA-Z_][a-zA-Z0-9_]*"
_SQL_MEMBER = rf"{_SQL_NAME}(\.{_SQL_NAME})*"
TOPIC_CHARACTER: Final = "[a-zA-Z0-9_.:=,@-]"
"""A character of a topic that is safe in the SQL of a rule."""


def topic_filter(word: str) -> str:
    """Return the pattern of a topic filter.

    Args:
        word: The pattern of a level that is no wildcard.
    """
    level = rf"(\+|{word})"
    return rf"{level}(/{level}){{0,{MAX_TOPIC_SLASHES}}}|{level}(/{level}){{0,{MAX_TOPIC_SLASHES - 1}}}/#"


SQL_NAME: Final = StringFormat(1, 256, _SQL_NAME)
"""A name in the SQL of a topic rule; it has no way to quote a name."""
SQL_MEMBER: Final = StringFormat(1, 256, _SQL_MEMBER)
"""A member of a message in the SQL of a topic rule."""
SQL_TOPIC_SEGMENT: Final = StringFormat(8, 8, r"topic\(([1-8])\)")
"""A part of the topic in the SQL of a topic rule, counted from 1."""
TOPIC_FILTER: Final = StringFormat(
    1,
    MAX_TOPIC_LENGTH,
    topic_filter(rf"{TOPIC_CHARACTER}+"),
)
"""A topic filter that is safe in the SQL of a rule. A topic that begins with ``$`` is reserved."""
CERTIFICATE_ARN: Final = StringFormat(
    20, 2048, r"arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[a-zA-Z0-9-]{1,64}"
)
"""A certificate for CloudFront. Source: ACM API reference, ``CertificateArn``; CloudFront developer guide,
"Requirements for using SSL/TLS certificates with CloudFront": it is in us-east-1."""
WEB_ACL_ARN: Final = StringFormat(
    20,
    2048,
    r"arn:aws[a-z-]*:wafv2:us-east-1:[0-9]{12}:global/webacl/[a-zA-Z0-9_-]{1,128}/[a-fA-F0-9-]{1,64}",
)
"""A web ACL for CloudFront. Source: AWS WAF API reference, ``Scope``: CLOUDFRONT is in us-east-1."""
REGION: Final = StringFormat(1, 64, r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
"""The name of a region. Source: AWS General Reference, "AWS service endpoints"."""
USER_POOL_ID: Final = StringFormat(1, 55, r"[a-z]{2}(-[a-z]+)+-[0-9]_[0-9a-zA-Z]+")
"""A user pool of Cognito, which begins with its region. Source: botocore, cognito-idp, ``UserPoolIdType``."""
OIDC_PROVIDER_ARN: Final = StringFormat(
    20, 2048, r"arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[a-zA-Z0-9_.:/-]{1,512}"
)
"""An OIDC provider of IAM. Source: service authorization reference, IAM, ``oidc-provider``."""
HTTPS_ORIGIN: Final = StringFormat(9, 262, rf"https://{_HOST_AND_PORT}")
"""An origin of the web. Source: RFC 6454, section 6.2."""
ORIGIN: Final = StringFormat(8, 262, rf"https?://{_HOST_AND_PORT}")
"""An origin of the web with or without TLS, of the same source."""
HTTPS_ADDRESS: Final = StringFormat(9, 2048, rf"https://{_HOST_AND_PORT}(/[^\s?#]*)?")
"""An address without query. Source: OpenID Connect Core 1.0, section 2, ``iss``."""
HTTPS_URL: Final = StringFormat(9, 2048, rf"https://{_HOST_AND_PORT}([/?][^\s#]*)?")
"""An address, with or without query."""
HOST_NAME: Final = StringFormat(
    4, 253, r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)
"""A host name. Source: RFC 1123, section 2.1, in lower case as CloudFront keeps it."""
SIGN_IN_PREFIX: Final = StringFormat(1, 63, r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""The prefix of a user pool's domain. Source: botocore, cognito-idp, ``DomainType``; developer guide,
"Configuring a user pool domain": no ``aws``, ``amazon`` or ``cognito``."""
HOSTED_ZONE_ID: Final = StringFormat(1, 32, r"[A-Z0-9]+")
"""A hosted zone. Source: botocore, route53, ``ResourceId``."""
