"""Checks of the arguments of the hosted page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twin_stack.constructs.environments import Place
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.twinmaker.patterns import HTTPS_ORIGIN, WEB_ACL_ARN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_route53 as route53
    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.web_app_sign_in import ExistingUserPool, OidcProvider


def check_domain(
    domain_name: str | None, certificate: acm.ICertificate | None, hosted_zone: route53.IHostedZone | None
) -> None:
    """Check host name, certificate and zone of the page.

    Args:
        domain_name: The host name.
        certificate: Its certificate.
        hosted_zone: Its zone.

    Raises:
        ValueError: They require each other, or the name is not in the zone.
    """
    if (domain_name is None) != (certificate is None):
        raise ValueError(
            "domain_name and certificate require each other, got "
            f"{domain_name or 'a certificate'} alone; pass both, or none for CloudFront's host name"
        )
    if hosted_zone is not None and domain_name is None:
        raise ValueError("hosted_zone needs domain_name, got none; pass the host name of the page as well")
    if hosted_zone is None or domain_name is None:
        return
    zone = hosted_zone.zone_name
    is_known = not _has_token(domain_name, zone)
    if is_known and domain_name != zone and not domain_name.endswith(f".{zone}"):
        raise ValueError(
            f'domain_name "{domain_name}" is not in hosted_zone "{zone}"; pass the zone of the name'
        )


def check_web_acl(arn: str | None) -> None:
    """Check that a web ACL is one for CloudFront; None and tokens pass.

    Args:
        arn: The ARN of the web ACL.

    Raises:
        ValueError: It is not, or not in us-east-1.
    """
    if arn is not None and not is_unresolved(arn) and not WEB_ACL_ARN.fits(arn):
        raise ValueError(
            f'web_acl_arn must be that of a web ACL for CloudFront in us-east-1, got "{arn}"; pass one like '
            '"arn:aws:wafv2:us-east-1:111122223333:global/webacl/NAME/ID"'
        )


def check_origins(argument: str, origins: Sequence[str]) -> None:
    """Check that texts are origins of the web; tokens pass.

    Args:
        argument: The argument's name as the caller writes it, for the message.
        origins: The texts.

    Raises:
        ValueError: A text has another scheme than https, a path or a wildcard.
    """
    for origin in origins:
        if not is_unresolved(origin) and not HTTPS_ORIGIN.fits(origin):
            raise ValueError(
                f"{argument} must be https origins, with host and optional port, without wildcard or path, "
                f'got "{origin}"; write it like "https://models.example.com"'
            )


def check_account(
    scope: Construct, workspace: IWorkspace, reader_role_arn: str | None, operator_role_arn: str | None
) -> None:
    """Check that the roles of a workspace of another account are given, and only then.

    Args:
        scope: The scope of the page.
        workspace: The workspace.
        reader_role_arn: The ARN of the role of users.
        operator_role_arn: The ARN of the role of operators.

    Raises:
        ValueError: It is missing, or has no effect.
    """
    own, place = Place.of_stack(scope), Place(workspace.env.account, workspace.env.region)
    if place.is_in_other_account(own) and reader_role_arn is None:
        raise ValueError(
            f'workspace "{workspace.literal_workspace_id}" is in account {place.account}, but the page is in '
            f"account {own.account}; create a WebAppRole in the workspace's account and pass reader_role_arn"
        )
    if operator_role_arn is not None and reader_role_arn is None:
        raise ValueError(
            "operator_role_arn needs reader_role_arn, the role of users who are no operators; pass both, or "
            "none for a workspace of the account of the page"
        )
    if place.account == own.account and reader_role_arn is not None:
        raise ValueError(
            "reader_role_arn is for a workspace of another account, got one of the account of the page; "
            "leave it out, the roles are created"
        )


def check_user_pool(scope: Construct, sign_in: ExistingUserPool) -> None:
    """Check the existing user pool of a page.

    Args:
        scope: The scope of the page.
        sign_in: The user pool.

    Raises:
        ValueError: The address is no origin, or the pool is in another region, where its client cannot be
            created.
    """
    check_origins("sign_in_url", [sign_in.sign_in_url])
    if not sign_in.identity_providers:
        raise ValueError(
            "identity_providers is empty, so that no user could sign in; name providers of the pool, or "
            '"COGNITO" for its own users'
        )
    pool_id, region = sign_in.user_pool.user_pool_id, Place.of_stack(scope).region
    if _has_token(pool_id, region) or pool_id.startswith(f"{region}_"):
        return
    raise ValueError(
        f'user pool "{pool_id}" is not in region {region} of the page, whose client it gets; deploy the page '
        "in the region of the pool, or use a pool of the region of the page"
    )


def check_oidc(
    sign_in: OidcProvider,
    session: Duration | None,
    operators_group_name: str | None,
    alarm_entity_ids: Sequence[str] | None,
) -> None:
    """Check the OIDC provider of a page.

    Args:
        sign_in: The provider.
        session: How long users of a user pool stay signed in.
        operators_group_name: The group of operators in a user pool.
        alarm_entity_ids: The entities whose alarms operators may acknowledge.

    Raises:
        ValueError: The provider cannot be used, or options of a user pool are given.
    """
    issuer = urlsplit("https://token" if is_unresolved(sign_in.issuer) else sign_in.issuer)
    if issuer.scheme != "https" or not issuer.netloc or issuer.query or issuer.fragment:
        raise ValueError(
            f'issuer must be an https address without query, got "{sign_in.issuer}"; copy it from the '
            "provider's discovery document"
        )
    check_origins("token_origins", sign_in.token_origins)
    logout_url = sign_in.logout_url
    if logout_url is not None and not is_unresolved(logout_url) and not logout_url.startswith("https://"):
        raise ValueError(
            f'logout_url must be an https address, got "{logout_url}"; write it like '
            '"https://login.example.com/logout"'
        )
    if "openid" not in sign_in.scopes:
        raise ValueError(
            f'scopes must contain "openid", without which there is no ID token, got '
            f"{', '.join(sign_in.scopes)}; add it"
        )
    if session is not None or operators_group_name is not None:
        raise ValueError(
            "session and operators_group_name are settings of a user pool, got an OIDC provider; leave them "
            "out, and set session and group at the provider"
        )
    if alarm_entity_ids is not None and sign_in.operators is None:
        raise ValueError(
            "alarm_entity_ids has no effect without operators; leave it out, or pass the claim by which "
            "users of the OIDC provider are operators"
        )


def _has_token(*texts: str) -> bool:
    return any(is_unresolved(text) for text in texts)
