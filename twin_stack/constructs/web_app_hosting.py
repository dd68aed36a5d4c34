"""The files of the hosted page: a private bucket behind CloudFront, and what is copied into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from twin_stack.constructs import defaults, nag
from twin_stack.errors import TwinError
from twin_stack.package_data import PAGE_NOT_BUILT, built_page
from twin_stack.page_policy import page_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_certificatemanager as acm

_HASHED: Final = "assets"
"""The folder of the files whose names contain a hash of their content."""

_UNUSED: Final = ("preview.js",)
"""What the page of ``twin preview`` is made of."""

_A_YEAR: Final = Duration.days(365)
_FEATURES: Final = ("camera", "geolocation", "microphone", "payment", "usb")
"""Features of browsers that the page never uses."""


class WebAppHosting(Construct):
    """The bucket of the page and its distribution.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        connect_sources: The origins that the page may connect to beside its own, where needed with a path.
        domain_name: The host name of the page; None for CloudFront's.
        certificate: The certificate of that name, in us-east-1.
        hosted_zone: The zone that gets the records of that name; None if they exist elsewhere.
        web_acl_arn: The ARN of the web ACL, in us-east-1; None for none.
        geo_restriction: The countries that may load the page; None for all.
        access_logs_bucket: The bucket that gets the access logs; None for no logs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        connect_sources: Sequence[str],
        domain_name: str | None,
        certificate: acm.ICertificate | None,
        hosted_zone: route53.IHostedZone | None,
        web_acl_arn: str | None,
        geo_restriction: cloudfront.GeoRestriction | None,
        access_logs_bucket: s3.IBucket | None,
    ) -> None:
        super().__init__(scope, construct_id)
        # It is kept with the stack, because what empties a bucket may also change its policy.
        self._bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
        )
        self._distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment="The page of a digital twin",
            default_root_object="index.html",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(self._bucket),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                # It caches for as long as the Cache-Control of the files says, a second at least.
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                response_headers_policy=self._headers(connect_sources),
                compress=True,
            ),
            domain_names=None if domain_name is None else [domain_name],
            certificate=certificate,
            minimum_protocol_version=None
            if certificate is None
            else cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            web_acl_id=web_acl_arn,
            geo_restriction=geo_restriction,
            log_bucket=access_logs_bucket,
            log_file_prefix=None if access_logs_bucket is None else "page/",
        )
        self._host = domain_name or self._distribution.distribution_domain_name
        if hosted_zone is not None:
            target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(self._distribution))
            for kind in (route53.ARecord, route53.AaaaRecord):
                kind(self, kind.__name__, zone=hosted_zone, record_name=domain_name, target=target)
        self._acknowledge(certificate, web_acl_arn, geo_restriction, access_logs_bucket)

    @property
    def bucket(self) -> s3.Bucket:
        """The bucket of the files."""
        return self._bucket

    @property
    def distribution(self) -> cloudfront.Distribution:
        """The distribution."""
        return self._distribution

    @property
    def host(self) -> str:
        """The host name of the page."""
        return self._host

    def deploy(self, config: Mapping[str, Any], network: Mapping[str, Any]) -> None:
        """Copy the files of the page, and its settings.

        Files of earlier versions stay, because a page that is open loads parts of its version later.

        Args:
            config: The content of ``config.json``, which may contain tokens.
            network: The options of the CDK's function for a VPC; empty for none.

        Raises:
            TwinError: The page is not built.
        """
        folder = built_page()
        if folder is None:
            raise TwinError(PAGE_NOT_BUILT)
        options: Any = {
            "prune": False,
            # The answer of a custom resource has 4 KB.
            "output_object_keys": False,
            "log_group": logs.LogGroup(
                self, "Log", retention=defaults.LOG_RETENTION, removal_policy=RemovalPolicy.DESTROY
            ),
            **network,
        }
        assets = [
            s3_assets.Asset(self, "Assets", path=str(folder / _HASHED)),
            s3_assets.Asset(self, "Documents", path=str(folder), exclude=[_HASHED, *_UNUSED]),
        ]
        hashed_files, documents = (
            deployment.Source.bucket(asset.bucket, asset.s3_object_key) for asset in assets
        )
        hashed = deployment.BucketDeployment(
            self,
            "HashedFiles",
            destination_bucket=self._bucket,
            destination_key_prefix=_HASHED,
            sources=[hashed_files],
            cache_control=[
                deployment.CacheControl.max_age(_A_YEAR),
                deployment.CacheControl.set_public(),
                deployment.CacheControl.immutable(),
            ],
            **options,
        )
        # index.html names files of this version, so it comes after them.
        entry = deployment.BucketDeployment(
            self,
            "Entry",
            destination_bucket=self._bucket,
            sources=[documents, deployment.Source.json_data("config.json", dict(config))],
            cache_control=[deployment.CacheControl.no_cache()],
            **options,
        )
        entry.node.add_dependency(hashed)
        self._acknowledge_deployment(entry, assets[0].s3_bucket_name, has_network=bool(network))

    def _headers(self, connect_sources: Sequence[str]) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            comment="Strict headers of the page of a digital twin",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=page_policy(connect=connect_sources), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=_A_YEAR, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                    for header, value in (
                        ("cross-origin-opener-policy", "same-origin"),
                        ("cross-origin-resource-policy", "same-origin"),
                        ("permissions-policy", ", ".join(f"{feature}=()" for feature in _FEATURES)),
                    )
                ]
            ),
        )

    def _acknowledge(
        self,
        certificate: acm.ICertificate | None,
        web_acl_arn: str | None,
        geo_restriction: cloudfront.GeoRestriction | None,
        access_logs_bucket: s3.IBucket | None,
    ) -> None:
        nag.acknowledge(
            self._bucket, "S1", "Only CloudFront reads the bucket; its access logs contain the requests."
        )
        reasons = {
            "CFR1": (geo_restriction, "The caller restricts no countries; geo_restriction does."),
            "CFR2": (
                web_acl_arn,
                "The page is files without input of users; web_acl_arn adds the account's web ACL.",
            ),
            "CFR3": (
                access_logs_bucket,
                "Access logs need a bucket that the account chooses; access_logs_bucket turns them on.",
            ),
            "CFR4": (
                certificate,
                "CloudFront's own host name has a fixed list of TLS versions; certificate changes it.",
            ),
        }
        for rule, (value, reason) in reasons.items():
            if value is None:
                nag.acknowledge(self._distribution, rule, reason)

    def _acknowledge_deployment(
        self, copied: deployment.BucketDeployment, assets_bucket: str, *, has_network: bool
    ) -> None:
        """Acknowledge the CDK's own function that copies, of which a stack has one."""
        role = copied.handler_role
        function = role.node.scope
        assert function is not None  # noqa: S101 (the role is a child of the CDK's function)
        policies = ["AWSLambdaBasicExecutionRole"]
        if has_network:
            policies.append("AWSLambdaVPCAccessExecutionRole")
        for name in policies:
            nag.acknowledge(
                function,
                f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/{name}]",
                "The CDK gives the function that copies files this policy, for its log and its network.",
            )
        nag.acknowledge(function, "L1", "The CDK chooses the runtime of its own function.")
        for actions in ("s3:GetBucket*", "s3:GetObject*", "s3:List*", "s3:DeleteObject*", "s3:Abort*"):
            nag.acknowledge(
                function,
                f"IAM5[Action::{actions}]",
                "The grants of the CDK, on the page's own bucket and the bucket of assets only.",
            )
        nag.acknowledge_wildcard_resource(
            function, self._bucket.arn_for_objects("*"), "All files of the page's own bucket."
        )
        nag.acknowledge_wildcard_resource(
            function,
            f"arn:{Stack.of(self).partition}:s3:::{assets_bucket}/*",
            "The CDK grants its function the reading of all assets of this account and region.",
        )
