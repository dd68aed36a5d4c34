"""Settings that Grafana cannot use are refused, all at once."""

from __future__ import annotations

import pytest

from twin_stack.errors import TwinError
from twin_stack.grafana import Settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"version": "10.3"}, "not 10.4 or later"),
        ({"version": "latest"}, "not 10.4 or later"),
        ({"role_arn": "$SECRET"}, "not a valid role ARN"),
        ({"external_id": "a b"}, "not a valid external id"),
        ({"region": "Europe"}, "not a valid region"),
        ({"page": "javascript:alert(1)"}, "not the URL of a web page"),
        ({"page": "https://twin.example.com/) [x](https://evil.example"}, "not the URL of a web page"),
        ({"page": "https://[twin"}, "not the URL of a web page"),
    ],
)
def test_settings_that_are_wrong_are_refused(settings: dict[str, str], message: str) -> None:
    with pytest.raises(TwinError, match=message):
        Settings(**settings)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(TwinError) as caught:
        Settings(version="9", role_arn="x", region="Europe", page="ftp://x")
    for what in ("10.4 or later", "not a valid role ARN", "not a valid region", "not the URL of a web page"):
        assert what in str(caught.value)
