"""A user pool with a user, and an identity pool whose role reads one workspace, in the embedded AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from twin_stack.pytest_plugin import LocalTwin

USER, PASSWORD = "operator@plant.example", "Pass-word-1"
DISCOVERY = f"https://cognito-idp.{REGION}.amazonaws.com"
IDENTITY = f"https://cognito-identity.{REGION}.amazonaws.com"
LOGIN = f"https://plant.auth.{REGION}.amazoncognito.com"
READING = [
    f"iottwinmaker:{name}"
    for name in (
        "GetComponentType",
        "GetEntity",
        "GetPropertyValue",
        "GetPropertyValueHistory",
        "ListComponentTypes",
        "ListComponents",
        "ListEntities",
        "ListProperties",
        "ListScenes",
    )
]


@dataclass(frozen=True)
class SignIn:
    """How users of a page sign in.

    Attributes:
        twin: The embedded AWS.
        user_pool_id: The user pool.
        client_id: Its client.
        identity_pool_id: The identity pool.
        role: Name of the role of its users.
    """

    twin: LocalTwin
    user_pool_id: str
    client_id: str
    identity_pool_id: str
    role: str

    @property
    def settings(self) -> dict[str, str]:
        """The member ``auth`` of ``config.json``."""
        provider = f"cognito-idp.{REGION}.amazonaws.com/{self.user_pool_id}"
        return {
            "issuer": f"https://{provider}",
            "clientId": self.client_id,
            "identityPoolId": self.identity_pool_id,
            "provider": provider,
            "scopes": "openid email",
            "logoutUrl": f"{LOGIN}/logout",
        }

    def serve(self, context: BrowserContext) -> None:
        """Answer requests of a browser to Amazon Cognito from the embedded AWS.

        Args:
            context: The browser's context.
        """
        for origin, service in (
            (DISCOVERY, "cognito-idp"),
            (LOGIN, "cognito-idp"),
            (IDENTITY, "cognito-identity"),
        ):
            context.route(f"{origin}/**", partial(self._forward, service))

    def _forward(self, service: str, route: Route) -> None:
        """Send a request on, signed: the embedded AWS takes no call without a signature."""
        access = self.twin.server.access
        url = urlsplit(route.request.url)
        headers = {
            name: value
            for name, value in route.request.headers.items()
            if name in {"content-type", "x-amz-target", "accept", "cookie"}
        }
        # A signature has spaces as %20, which browsers write as "+".
        pairs = parse_qsl(url.query, keep_blank_values=True)
        query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
        target = f"{access.endpoint}{url.path}{query}"
        method, body = route.request.method, route.request.post_data or ""
        request = AWSRequest(method=method, url=target, data=body, headers=headers)
        SigV4Auth(Credentials(ACCOUNT, access.secret), service, REGION).add_auth(request)
        answer = urllib3.request(method, target, body=body, headers=dict(request.headers), redirect=False)
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() in {"content-type", "set-cookie"}
        }
        allowed = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
        location = answer.headers.get("location")
        if location is not None:
            # Requests after a redirection would not be routed, and the page needs its own policy.
            script = f"<script>location.replace({json.dumps(location)})</script>"
            route.fulfill(content_type="text/html", body=script)
            return
        content = answer.data.replace(access.endpoint.encode(), LOGIN.encode())
        route.fulfill(status=answer.status, headers={**kept, **allowed}, body=content)


def make_sign_in(twin: LocalTwin, workspace_id: str, *, redirect_uri: str) -> SignIn:
    """Create pools, user and role.

    Args:
        twin: The embedded AWS.
        workspace_id: The workspace that users may read.
        redirect_uri: Address of the page.
    """
    users = twin.client("cognito-idp")
    pool = users.create_user_pool(PoolName=workspace_id, UsernameAttributes=["email"])["UserPool"]["Id"]
    client = users.create_user_pool_client(
        UserPoolId=pool,
        ClientName="page",
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[redirect_uri],
        LogoutURLs=[redirect_uri],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    users.admin_create_user(UserPoolId=pool, Username=USER, UserAttributes=[{"Name": "email", "Value": USER}])
    users.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    identities = twin.client("cognito-identity")
    identity_pool = identities.create_identity_pool(
        IdentityPoolName=workspace_id,
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[
            {"ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{pool}", "ClientId": client}
        ],
    )["IdentityPoolId"]
    role = f"{workspace_id}-viewers"
    arn = _make_role(twin.client("iam"), role, identity_pool, workspace_id)
    identities.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": arn})
    return SignIn(twin, pool, client, identity_pool, role)


def _make_role(iam: Any, name: str, identity_pool: str, workspace_id: str) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": identity_pool}},
    }
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]
    workspace = f"arn:aws:iottwinmaker:{REGION}:{ACCOUNT}:workspace/{workspace_id}"
    reading = {"Effect": "Allow", "Action": READING, "Resource": [workspace, f"{workspace}/*"]}
    iam.put_role_policy(
        RoleName=name,
        PolicyName="reading",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [reading]}),
    )
    return str(role["Arn"])
