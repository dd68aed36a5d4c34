"""What other origins learn from an answer: nothing, apart from those that the user allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from twin_stack.local.signatures import RequestHead

    Message = dict[str, Any]
    Send = Callable[[Message], Awaitable[None]]

# What a bucket holds is no page of this origin, and runs no script.
_OBJECT_POLICY: Final = {b"content-security-policy": b"sandbox", b"x-content-type-options": b"nosniff"}

# What a preflight asks for, and the header that allows it.
_PREFLIGHT: Final = {
    "access-control-request-method": b"access-control-allow-methods",
    "access-control-request-headers": b"access-control-allow-headers",
}


def protect_answer(send: Send, head: RequestHead, *, is_page: bool, allowed_origin: str | None) -> Send:
    """Return a ``send`` without the CORS headers of services, and with a policy for objects.

    Args:
        send: Of ASGI.
        head: The request.
        is_page: Whether the answer is a file of the page, which has a policy of its own.
        allowed_origin: The origin that asks and may read the answer; None for any other.
    """

    async def send_protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, value)
                for name, value in message.get("headers", ())
                if not name.lower().startswith(b"access-control-")
                and (is_page or name.lower() not in _OBJECT_POLICY)
            ]
            if not is_page:
                headers += _OBJECT_POLICY.items()
            if allowed_origin is not None:
                headers += _cors_headers(head, allowed_origin, [name for name, _ in headers])
            message = {**message, "headers": headers}
        await send(message)

    return send_protected


def _cors_headers(head: RequestHead, origin: str, names: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Return the headers by which a script of an origin may send its request and read the answer."""
    headers = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", b", ".join(names)),
        (b"vary", b"Origin"),
    ]
    if head.method == "OPTIONS":
        for asked, allowed in _PREFLIGHT.items():
            headers.append((allowed, head.headers.get(asked, b"")))
    return headers
