"""A workspace of AWS IoT TwinMaker, with the bucket and the role that the service needs for it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import jsii
from aws_cdk import ArnFormat, Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs import nag
from twin_stack.constructs.argument_checks import check_description, check_text
from twin_stack.constructs.imported_workspace import ImportedWorkspace
from twin_stack.constructs.logical_ids import fix_logical_id
from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.constructs.workspace_base import WorkspaceBase
from twin_stack.definition.schema import WORKSPACE_ID
from twin_stack.twinmaker.names import DELETION_MARKER_PREFIX, SERVICE_PRINCIPAL
from twin_stack.twinmaker.patterns import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_kms as kms
    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace

_WORKSPACE_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:iottwinmaker:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):workspace/(?P<id>[^/]+)"
)


@jsii.implements(refs.IWorkspaceRef)
class Workspace(WorkspaceBase):
    """A workspace of AWS IoT TwinMaker with its bucket and its role.

    The bucket is private, TLS only, versioned, encrypted with S3 managed keys, and retained when the stack is
    deleted. It uses S3 managed keys instead of KMS because the Grafana plugin reads scenes under a session
    policy without kms:Decrypt. Only the service can assume the role. What it needs while it creates the
    workspace is inline, because CloudFormation would attach a separate policy after that. What later changes
    are to keep until its user is gone is a policy of its own: the invocation of each connector, and the
    deletion of the marker object.

    Bucket and role are created before the workspace and deleted after it, because the service uses the role
    to remove its marker object from the bucket when the workspace is deleted. The workspace is deleted with
    the stack, which the service rejects while it contains entities, component types or scenes.

    Example:
        ```python
        workspace = Workspace(
            self, "Workspace", workspace_id="factory", cors_origins=["https://grafana.example.com"]
        )
        workspace.grant_read(dashboard_role)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace_id: The id in the service: 2 to 128 letters, digits, "_" and "-". It cannot be
            changed later: with another id, CloudFormation creates a new, empty workspace.
        description: Up to 512 characters. Default: none.
        bucket_name: The name of a new bucket, without dots. With a literal name,
            ``cdk deploy --import-existing-resources`` takes back a retained bucket. Default: CloudFormation
            generates it.
        bucket: An existing bucket in this region, without dots in its name. It is not changed: to show
            scenes in browsers, its CORS rules must allow their origin. Default: a new bucket.
        role: An existing role that the service may assume, with access to the bucket. The workspace adds no
            permissions; connectors and SiteWise add theirs by ordinary CDK grants, see
            ``allow_connector``. Default: a new role with the permissions that the service needs.
        cors_origins: Web origins that may show scenes, such as ``https://grafana.example.com``;
            they may GET and HEAD. No wildcards. Only for a new bucket. Default: none.
        removal_policy: The removal policy of a new bucket. DESTROY empties and deletes it, but only if the
            context flag ``twin-stack:allowDestroy`` is true as well. Default: RETAIN.
        confused_deputy_conditions: Whether the service may assume the role only for this workspace in this
            account (``aws:SourceAccount``, ``aws:SourceArn``). The service does not document that it sends
            these keys, and this was not tested: without them, the workspace cannot be created ("Could not
            assume the role provided"). Default: False.
        server_access_logs_bucket: The bucket for S3 access logs of a new bucket. Default:
            no access logs.
        encryption_key: The customer managed key of a new bucket. Grafana cannot show the scenes of such a
            bucket. Default: S3 managed keys.
        tags: The tags of the workspace. Default: none.

    Raises:
        ValueError: An argument violates a rule of the service, or options contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace_id: str,
        description: str | None = None,
        bucket_name: str | None = None,
        bucket: s3.IBucket | None = None,
        role: iam.IRole | None = None,
        cors_origins: Sequence[str] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        confused_deputy_conditions: bool = False,
        server_access_logs_bucket: s3.IBucket | None = None,
        encryption_key: kms.IKey | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        check_text(WORKSPACE_ID, "workspace_id", workspace_id)
        check_description(description)
        if bucket is not None:
            _check_bucket(bucket, bucket_name, cors_origins, server_access_logs_bucket, encryption_key)
        if role is not None and confused_deputy_conditions:
            raise ValueError(
                "confused_deputy_conditions applies to a new role only, got a role as well; add the "
                "conditions to that role's trust policy"
            )
        for origin in cors_origins:
            _check_origin(origin)

        super().__init__(scope, construct_id, workspace_id=workspace_id)
        self._cors_bucket: s3.Bucket | None = None
        self._bucket = bucket or self._build_bucket(
            bucket_name, cors_origins, removal_policy, server_access_logs_bucket, encryption_key
        )
        self._statements: iam.PolicyDocument | None = None
        self._role = role or self._build_role(workspace_id, conditions=confused_deputy_conditions)

        resource = twinmaker.CfnWorkspace(
            self,
            "Resource",
            workspace_id=workspace_id,
            description=description,
            role=self._role.role_arn,
            s3_location=self._bucket.bucket_arn,
            tags=tags,
        )
        # The bucket itself is referenced above; these are its policy and the resource that empties it.
        resource.node.add_dependency(
            *(child for child in self._bucket.node.children if child.node.id != "Resource")
        )
        if role is None and self._bucket.encryption_key is not None:
            key_grant = self._bucket.encryption_key.grant(self._role, "kms:Decrypt", "kms:GenerateDataKey")
            # The service writes to the bucket while it creates the workspace.
            key_grant.apply_before(resource)
        if role is None:
            resource.node.add_dependency(self._allow_deletion(workspace_id, bucket_name))
        if role is not None:
            # Includes all policies that this app attaches to the role, also later.
            resource.node.add_dependency(role)

        self._workspace_id = self._get_resource_name_attribute(resource.ref)
        self._workspace_arn = self._get_resource_arn_attribute(
            resource.attr_arn,
            service="iottwinmaker",
            resource="workspace",
            resource_name=self.literal_workspace_id,
        )

    @staticmethod
    def from_workspace_id(scope: Construct, construct_id: str, workspace_id: str) -> IWorkspace:
        """Import an existing workspace of this account and region by its id.

        Its bucket and role are not known. Scenes therefore cannot be uploaded, and the role must already be
        allowed to invoke the connectors of component types that this app adds.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            workspace_id: The id in the service.
        """
        return Workspace.from_workspace_attributes(scope, construct_id, workspace_id=workspace_id)

    @staticmethod
    def from_workspace_attributes(
        scope: Construct,
        construct_id: str,
        *,
        workspace_id: str,
        bucket: s3.IBucket | None = None,
        role: iam.IRole | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> IWorkspace:
        """Import an existing workspace with bucket and role.

        Its bucket must allow the origins that show scenes, and its role must be assumed by the service. What
        reads a workspace, such as ``TwinWebApp``, may be of another account or region; what creates
        something in it may not.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            workspace_id: The id in the service.
            bucket: The workspace's bucket; required for scenes. Default: not known.
            role: The workspace's role, which is granted the connectors of this app. Default: not
                known; the role must already be allowed to invoke them.
            account: The account of the workspace. Default: that of the stack.
            region: The region of the workspace. Default: that of the stack.

        Raises:
            ValueError: The id violates the rule of the service.
        """
        check_text(WORKSPACE_ID, "workspace_id", workspace_id)
        return ImportedWorkspace(
            scope,
            construct_id,
            workspace_id=workspace_id,
            bucket=bucket,
            role=role,
            account=account,
            region=region,
        )

    @staticmethod
    def from_workspace_arn(
        scope: Construct,
        construct_id: str,
        workspace_arn: str,
        *,
        bucket: s3.IBucket | None = None,
        role: iam.IRole | None = None,
    ) -> IWorkspace:
        """Import an existing workspace of this account and region by its ARN, with bucket and role.

        Args:
            scope: The parent construct.
            construct_id: The id of the import within its parent.
            workspace_arn: The ARN, which may be a token.
            bucket: As for ``from_workspace_attributes``.
            role: As for ``from_workspace_attributes``.

        Raises:
            ValueError: It is not the ARN of a workspace of the stack's account and region, as far as they
                are known.
        """
        workspace_id = _workspace_id(scope, workspace_arn)
        return Workspace.from_workspace_attributes(
            scope, construct_id, workspace_id=workspace_id, bucket=bucket, role=role
        )

    @property
    def workspace_id(self) -> str:
        """The workspace's id as a Ref, so that users are created after the workspace."""
        return self._workspace_id

    @property
    def workspace_arn(self) -> str:
        """The ARN of the workspace."""
        return self._workspace_arn

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket with scenes and models."""
        return self._bucket

    @property
    def role(self) -> iam.IRole:
        """The role that the service assumes for this workspace."""
        return self._role

    def allow_origin(self, origin: str) -> bool:
        """Let a web origin show scenes.

        Args:
            origin: The origin, such as ``https://twin.example.com``; it may be a token.

        Returns:
            Whether the workspace created its bucket. If not, the bucket's CORS rules are those of its owner.
        """
        _check_origin(origin)
        if self._cors_bucket is not None:
            self._cors_bucket.add_cors_rule(**_cors_rule([origin]))
        return self._cors_bucket is not None

    def _allow(self, statement: iam.PolicyStatement) -> None:
        if self._statements is not None:
            self._statements.add_statements(statement)
        else:
            self._role.add_to_principal_policy(statement)

    def _build_bucket(
        self,
        bucket_name: str | None,
        cors_origins: Sequence[str],
        removal_policy: RemovalPolicy,
        server_access_logs_bucket: s3.IBucket | None,
        key: kms.IKey | None,
    ) -> s3.Bucket:
        effective = effective_removal_policy(self, removal_policy, is_filled_while_created=True)
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED if key is None else s3.BucketEncryption.KMS,
            encryption_key=key,
            # One request to KMS serves many objects.
            bucket_key_enabled=None if key is None else True,
            enforce_ssl=True,
            versioned=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            cors=[s3.CorsRule(**_cors_rule(cors_origins))] if cors_origins else None,
            removal_policy=effective,
            auto_delete_objects=effective is RemovalPolicy.DESTROY,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=f"{self.node.id}/" if server_access_logs_bucket else None,
        )
        self._cors_bucket = bucket
        # Before the role acknowledges findings, which name the bucket.
        fix_logical_id(bucket, "Bucket")
        if server_access_logs_bucket is None:
            nag.acknowledge(
                bucket,
                "S1",
                "Access logs need a bucket that the account chooses; "
                "server_access_logs_bucket turns them on.",
            )
        return bucket

    def _build_role(self, workspace_id: str, *, conditions: bool) -> iam.Role:
        principal = iam.ServicePrincipal(SERVICE_PRINCIPAL)
        objects = self._bucket.arn_for_objects("*")
        self._statements = iam.PolicyDocument(
            statements=[
                # AWS's own deployment tool for TwinMaker grants GetBucketLocation and ListBucket;
                # the guide's s3:GetBucket* would add reads of policy, ACL and logging settings.
                iam.PolicyStatement(
                    actions=["s3:GetBucketLocation", "s3:ListBucket"],
                    resources=[self._bucket.bucket_arn],
                ),
                iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[objects]),
            ]
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=principal.with_conditions(self._source_conditions(workspace_id))
            if conditions
            else principal,
            description="Assumed by AWS IoT TwinMaker for one workspace",
            inline_policies={"WorkspaceAccess": self._statements},
        )
        nag.acknowledge_wildcard_resource(
            role,
            objects,
            "The service reads and writes scene files anywhere in the workspace's own bucket.",
        )
        return role

    def _allow_deletion(self, workspace_id: str, bucket_name: str | None) -> iam.Policy:
        """Allow the service to delete its marker object, which it creates with the workspace.

        The policy has an id for each workspace and bucket: with another one, CloudFormation deletes this
        policy after the former workspace, whose deletion needs it.
        """
        # `is_unresolved` of a list is true only if the list is a token itself, not if it has tokens in it.
        is_literal = not any(map(is_unresolved, (workspace_id, bucket_name)))
        identity = f"{workspace_id}\0{bucket_name or ''}" if is_literal else ""
        digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
        marker = self._bucket.arn_for_objects(f"{DELETION_MARKER_PREFIX}{workspace_id}*")
        policy = iam.Policy(
            self,
            f"Deletion{digest}",
            roles=[self._role],
            statements=[iam.PolicyStatement(actions=["s3:DeleteObject"], resources=[marker])],
        )
        nag.acknowledge_wildcard_resource(
            policy,
            marker,
            "Only the workspace's deletion marker, whose key begins with this text.",
        )
        return policy

    def _source_conditions(self, workspace_id: str) -> dict[str, object]:
        # Not an attribute of the workspace, because the workspace depends on this role.
        arn = Stack.of(self).format_arn(
            service="iottwinmaker", resource="workspace", resource_name=workspace_id
        )
        return {
            "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
            "ArnLike": {"aws:SourceArn": arn},
        }


def _check_bucket(
    bucket: s3.IBucket,
    bucket_name: str | None,
    cors_origins: Sequence[str],
    server_access_logs_bucket: s3.IBucket | None,
    encryption_key: kms.IKey | None,
) -> None:
    name = bucket.bucket_name
    if not is_unresolved(name) and "." in name:
        raise ValueError(
            "bucket must have a name without dots, because the service rejects others, "
            f'got "{name}"; use another bucket'
        )
    if (
        bucket_name is not None
        or cors_origins
        or server_access_logs_bucket is not None
        or encryption_key is not None
    ):
        raise ValueError(
            "bucket_name, cors_origins, server_access_logs_bucket and encryption_key apply to a new bucket "
            "only, got a bucket as well; configure them on that bucket"
        )


def _workspace_id(scope: Construct, arn: str) -> str:
    """Return the id of the workspace that an ARN names, of the stack's account and region."""
    stack = Stack.of(scope)
    if is_unresolved(arn):
        return stack.split_arn(arn, ArnFormat.SLASH_RESOURCE_NAME).resource_name or ""
    match = _WORKSPACE_ARN.fullmatch(arn)
    if match is None:
        raise ValueError(
            f'workspace_arn must read "arn:aws:iottwinmaker:REGION:ACCOUNT:workspace/ID", got "{arn}"'
        )
    for kind, own in (("region", stack.region), ("account", stack.account)):
        if not is_unresolved(own) and match[kind] != own:
            raise ValueError(
                f"workspace_arn is of {kind} {match[kind]}, but the stack is of {kind} {own}; import it in a "
                "stack of its own account and region"
            )
    return match["id"]


def _cors_rule(origins: Sequence[str]) -> dict[str, Any]:
    return {
        "allowed_methods": [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
        "allowed_origins": list(origins),
        # The viewer signs its requests, so preflight requests contain any header.
        "allowed_headers": ["*"],
        "exposed_headers": ["ETag"],
    }


def _check_origin(origin: str) -> None:
    if not is_unresolved(origin) and not ORIGIN.fits(origin):
        raise ValueError(
            "cors_origins must be web origins, with scheme, host and optional port, without wildcard "
            f'or path, got "{origin}"; write it like "https://grafana.example.com"'
        )
