"""Which requests the embedded AWS answers."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.clients import sign

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy


def request(
    endpoint: str,
    path: str,
    *,
    method: str = "GET",
    host: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=10)
    connection.request(method, path, headers={**({"Host": host} if host else {}), **(headers or {})})
    response = connection.getresponse()
    content = response.read().decode()
    connection.close()
    return response.status, content


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "192.168.1.7", ""])
def test_request_is_refused_when_it_names_another_host(local_twin: LocalTwin, host: str) -> None:
    status, content = request(local_twin.endpoint, "/", host=host or "0.0.0.0")

    assert status == 403
    assert "is not this machine; use 127.0.0.1" in content


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config"])
def test_request_that_resets_the_embedded_aws_is_refused(local_twin: LocalTwin, path: str) -> None:
    assert request(local_twin.endpoint, path, method="POST")[0] == 403
    signed = sign(local_twin.server.access, "POST", path)
    assert request(local_twin.endpoint, path, method="POST", headers=signed)[0] == 404
