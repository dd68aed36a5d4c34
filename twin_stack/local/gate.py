"""What a request must have before any part of the embedded AWS gets it: this machine's name, and a signature.

What is behind the gate runs code as the user: functions are deployed by calls. Web pages and other users of
the machine can reach the ports. So each call is signed with the secret of the state folder, as calls of AWS
are, and browsers get the page only. ``UNSIGNED_REQUESTS`` lists all exceptions.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.local.aws_errors import ErrorCodes, format_error
from twin_stack.local.browser_rules import find_refusal, is_this_machine, redirects_to_page
from twin_stack.local.cross_origin import protect_answer
from twin_stack.local.signatures import (
    Flaw,
    RequestHead,
    Signature,
    SignatureError,
    is_sha256,
    parse_signature,
)
from twin_stack.local.signatures_v2 import SignatureV2, parse_signature_v2
from twin_stack.local.state import HEALTH_PATH, PAGE_PATH

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from collections.abc import Set as AbstractSet

    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]
    SecretOf = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class UnsignedRequest:
    """A kind of request that needs no signature.

    Attributes:
        methods: Its HTTP methods.
        path: Matches its path as sent.
        is_page_port: Whether it comes by the port of the page, or else by that of the API.
        reason: Why it is safe.
    """

    methods: tuple[str, ...]
    path: re.Pattern[str]
    is_page_port: bool
    reason: str


UNSIGNED_REQUESTS: Final = (
    UnsignedRequest(
        methods=("GET", "HEAD"),
        path=re.compile(f"{PAGE_PATH}.*"),
        is_page_port=True,
        reason="files of the page: a browser cannot sign what it opens, and they hold no secret",
    ),
    UnsignedRequest(
        methods=("GET",),
        path=re.compile(HEALTH_PATH),
        is_page_port=False,
        reason="the process id, by which a start is noticed",
    ),
    UnsignedRequest(
        methods=("PUT",),
        path=re.compile(r"/_ministack/cfn-response/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        is_page_port=False,
        reason="the answer of a custom resource: as in AWS, its URL holds a random token",
    ),
)
"""All requests that need no signature."""

_CODES: Final = {
    Flaw.MISSING: ErrorCodes(
        "MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDenied"
    ),
    Flaw.INCOMPLETE: ErrorCodes(
        "IncompleteSignatureException", "IncompleteSignature", "AuthorizationHeaderMalformed"
    ),
    Flaw.UNKNOWN_KEY: ErrorCodes("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"),
    Flaw.MISMATCH: ErrorCodes("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
    Flaw.SKEWED: ErrorCodes("InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"),
    Flaw.EXPIRED: ErrorCodes("InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied"),
    Flaw.PAYLOAD: ErrorCodes(
        "InvalidSignatureException", "SignatureDoesNotMatch", "XAmzContentSHA256Mismatch"
    ),
}
_FORBIDDEN: Final = ErrorCodes("AccessDeniedException", "AccessDenied", "AccessDenied")
_REMEDY = "load the AWS profile that `twin up` wrote, by the line that it prints"
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
# Hashing what is shorter takes less time than a change to another thread.
_SHORT_BYTES = 2**18


class Gate:
    """An ASGI application that passes requests on which are signed, or need no signature.

    Args:
        app: Answers them.
        secret: The secret access key of every account.
        secret_of: Returns the secret of any other access key with its session token, or None.
        page_port: Port of the page; the other one is that of the API.
        allowed_origins: Origins of web apps that may call the API, such as ``http://localhost:3000``.
    """

    def __init__(
        self,
        app: App,
        *,
        secret: str,
        secret_of: SecretOf,
        page_port: int,
        allowed_origins: AbstractSet[str] = frozenset(),
    ) -> None:
        self._app = app
        self._secret = secret
        self._secret_of = secret_of
        self._page_port = page_port
        self._allowed_origins = allowed_origins

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        head = RequestHead.of_scope(scope)
        is_page_port = scope["server"][1] == self._page_port
        is_websocket = scope["type"] == "websocket"
        origin = head.header("origin") if head.header("origin") in self._allowed_origins else None
        answer = _of_handshake(send) if is_websocket else send
        if not is_websocket:
            is_page = is_page_port and head.path.startswith(PAGE_PATH)
            send = answer = protect_answer(send, head, is_page=is_page, allowed_origin=origin)
        try:
            self._check_source(head, is_page_port=is_page_port, is_websocket=is_websocket)
            if origin is not None and head.method == "OPTIONS":
                await _answer(answer, 204, {})
                return
            if is_websocket or not _needs_no_signature(head, is_page_port=is_page_port):
                receive = await self._check_signature(head, receive, is_websocket=is_websocket)
        except _Redirect as redirect:
            await _answer(answer, 302, {"location": str(redirect)})
        except _RefusedError as error:
            await _refuse(head, answer, error)
        except _ClientGoneError:
            return
        else:
            await self._app(scope, receive, send)

    def _check_source(self, head: RequestHead, *, is_page_port: bool, is_websocket: bool) -> None:
        """Check that a request is for this machine, and that no foreign page of a browser sends it.

        Raises:
            _RefusedError: It is not.
            _Redirect: A browser opens the port of the API.
        """
        host = head.header("host")
        if not is_this_machine(host):
            raise _RefusedError(f'host "{host}" is not this machine; use 127.0.0.1')
        if not is_page_port and not is_websocket and redirects_to_page(head):
            raise _Redirect(f"http://{host.rpartition(':')[0] or host}:{self._page_port}{PAGE_PATH}")
        refusal = find_refusal(
            head,
            is_page_port=is_page_port,
            is_websocket=is_websocket,
            allowed_origins=self._allowed_origins,
        )
        if refusal is not None:
            raise _RefusedError(refusal)

    async def _check_signature(self, head: RequestHead, receive: Receive, *, is_websocket: bool) -> Receive:
        """Check the signature of a request, and return what gives its body.

        Raises:
            _RefusedError: It is not valid.
            _ClientGoneError: The client has closed the connection.
        """
        try:
            signature = parse_signature_v2(head) or parse_signature(head)
            signature.check_time(time.time())
            secret = self._find_secret(signature)
            stated_hash = signature.payload_hash
            if stated_hash:
                # Before the body is read: what is refused here is not read.
                signature.check(head, stated_hash, secret)
            if is_websocket or (stated_hash and not is_sha256(stated_hash)):
                if not stated_hash:
                    signature.check(head, hashlib.sha256(b"").hexdigest(), secret)
                return receive
            body = await _read(receive)
            actual_hash = await _hash(body)
            if not stated_hash:
                signature.check(head, actual_hash, secret)
            elif stated_hash != actual_hash:
                raise SignatureError(
                    Flaw.PAYLOAD, "the body is not the one whose hash is in x-amz-content-sha256"
                )
        except SignatureError as error:
            raise _RefusedError(f"{error}; {_REMEDY}", _CODES[error.flaw]) from None
        return _replay(body, receive)

    def _find_secret(self, signature: Signature | SignatureV2) -> str:
        if _ACCOUNT.fullmatch(signature.key_id):
            return self._secret
        secret = self._secret_of(signature.key_id, signature.session_token)
        if secret is None:
            raise SignatureError(
                Flaw.UNKNOWN_KEY,
                f'the access key "{signature.key_id[:40]}" is not one of the embedded AWS, or has expired',
            )
        return secret


class _RefusedError(Exception):
    """A request is refused; the text says why and what to do."""

    def __init__(self, message: str, codes: ErrorCodes = _FORBIDDEN) -> None:
        super().__init__(message)
        self.codes = codes


class _Redirect(Exception):  # noqa: N818 (nothing is wrong)
    """A browser is sent to the URL that is the text."""


class _ClientGoneError(Exception):
    """The client has closed the connection."""


def _needs_no_signature(head: RequestHead, *, is_page_port: bool) -> bool:
    return any(
        head.method in rule.methods and is_page_port == rule.is_page_port and rule.path.fullmatch(head.path)
        for rule in UNSIGNED_REQUESTS
    )


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGoneError
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _hash(body: bytes) -> str:
    if len(body) > _SHORT_BYTES:
        return (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()
    return hashlib.sha256(body).hexdigest()


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives a body that was read before."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


async def _refuse(head: RequestHead, send: Send, error: _RefusedError) -> None:
    headers = {name: value.decode("latin-1") for name, value in head.headers.items()}
    fields, body = format_error(headers, head.query, error.codes, str(error))
    await _answer(send, 403, fields, body if head.method != "HEAD" else b"")


async def _answer(send: Send, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    fields = {**headers, "content-length": str(len(body))}
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _of_handshake(send: Send) -> Send:
    """Return a ``send`` that answers the handshake of a WebSocket with an HTTP response."""

    async def send_response(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return send_response
