"""A user signs in to the page, sees the factory, and is signed out; the role reads this workspace only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.factory_page import SENSOR, expect_text, put_temperature, without_scene
from tests.support.sign_in import DISCOVERY, IDENTITY, LOGIN, PASSWORD, USER, make_sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.support.sign_in import SignIn
    from tests.viewer.conftest import OpenedPage, OpenPage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(local_factory: LocalFactory) -> str:
    """Return the address of the page, without a key."""
    return urlsplit(local_factory.twin.server.page_link())._replace(fragment="").geturl()


@pytest.fixture(scope="module")
def sign_in(local_factory: LocalFactory, address: str) -> SignIn:
    return make_sign_in(local_factory.twin, local_factory.workspace_id, redirect_uri=address)


def prepare(page: Page, sign_in: SignIn, workspace_id: str) -> None:
    """Let the page have the settings of a hosted one, and a policy that lets it reach Amazon Cognito."""

    def answer_settings(route: Route) -> None:
        config = route.fetch().json()
        del config["credentials"]
        route.fulfill(
            json={**config, "auth": sign_in.settings, "workspaceId": workspace_id, "refreshSeconds": 1}
        )

    def answer_document(route: Route) -> None:
        answer = route.fetch()
        policy = answer.headers["content-security-policy"].replace(
            "connect-src 'self'", f"connect-src 'self' {DISCOVERY} {LOGIN} {IDENTITY}"
        )
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    sign_in.serve(page.context)
    page.route(re.compile(r"/_twin/(\?.*)?$"), answer_document)
    page.route("**/config.json", answer_settings)
    without_scene(page)


def enter_password(page: Page) -> None:
    page.locator("[name=username]").fill(USER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def open_signed_in(open_page: OpenPage, address: str, sign_in: SignIn, workspace_id: str) -> OpenedPage:
    opened = open_page(
        f"{address}#entity=machine-001", routes=lambda page: prepare(page, sign_in, workspace_id)
    )
    enter_password(opened.page)
    return opened


def test_user_signs_in_sees_the_factory_signs_out_and_is_told_when_the_session_has_ended(
    open_page: OpenPage, address: str, sign_in: SignIn, local_factory: LocalFactory
) -> None:
    put_temperature(local_factory, 47)
    opened = open_signed_in(open_page, address, sign_in, local_factory.workspace_id)
    temperature = opened.row(*SENSOR, "temperature").locator(".value")
    expect_text(temperature, "47")
    expect_text(opened.page.locator(".account span"), USER)
    assert opened.page.url.endswith("#entity=machine-001")
    assert opened.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})").find("eyJ") == -1

    opened.page.locator(".account button").click()
    # The provider sends the browser back to the page.
    expect_text(opened.page.locator("main p"), "You are signed out.")
    opened.page.get_by_role("button", name="Sign in").click()
    put_temperature(local_factory, 48)
    enter_password(opened.page)
    expect_text(opened.page.locator(".account span"), USER)
    opened.page.evaluate("location.hash = 'entity=machine-001'")
    expect_text(temperature, "48")

    # The provider ends the session, and the service refuses the credentials, as at their expiry.
    opened.page.context.route(
        f"{IDENTITY}/**",
        lambda route: route.fulfill(
            status=400,
            headers={"access-control-allow-origin": "*"},
            json={"__type": "NotAuthorizedException", "message": "Invalid login token. Token expired"},
        ),
    )
    refusal = {"message": "The security token included in the request is expired"}
    opened.page.route(
        "**/workspaces/**",
        lambda route: route.fulfill(
            status=403, headers={"x-amzn-errortype": "ExpiredTokenException"}, json=refusal
        ),
    )
    expect_text(opened.page.locator(".account button"), "Sign in again")
    opened.page.locator('.connection[data-state="signed-out"]').wait_for()
    # What was read stays, and says its age.
    expect_text(temperature, "48")


def test_user_is_refused_another_workspace(
    open_page: OpenPage, address: str, sign_in: SignIn, local_factory: LocalFactory
) -> None:
    other = f"{local_factory.workspace_id}-other"
    twinmaker = local_factory.twin.client("iottwinmaker")
    role = local_factory.twin.client("iam").get_role(RoleName=sign_in.role)["Role"]["Arn"]
    twinmaker.create_workspace(workspaceId=other, role=role)
    try:
        opened = open_signed_in(open_page, address, sign_in, other)
        opened.page.locator('.connection[data-state="refused"]').wait_for()
        message = opened.page.locator(".connection").text_content()
        assert re.search(
            rf"{sign_in.role}/CognitoIdentityCredentials is not authorized to perform: iottwinmaker:",
            message or "",
        )
    finally:
        twinmaker.delete_workspace(workspaceId=other)
