"""AWS Signature Version 4 of requests as they arrive, in headers or in the query string (presigned URLs).

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM: Final = "AWS4-HMAC-SHA256"

MAX_SKEW_SECONDS: Final = 15 * 60
"""Largest difference between the time of a signature and the clock of this machine."""

MAX_EXPIRY_SECONDS: Final = 7 * 24 * 3600
"""Longest time for which a presigned URL is valid."""

UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"

_SCOPE_PARTS: Final = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
# The services that take the path as it was sent; the others encode it once more.
_SINGLE_ENCODING: Final = frozenset({"s3", "s3-outposts", "s3-object-lambda", "s3express"})


class Flaw(Enum):
    """What is wrong with the signature of a request."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    UNKNOWN_KEY = "unknown key"
    MISMATCH = "mismatch"
    SKEWED = "skewed"
    EXPIRED = "expired"
    PAYLOAD = "payload"


class SignatureError(Exception):
    """A request is not signed, or its signature is not valid.

    Attributes:
        flaw: What is wrong, from which the error code of a service follows.
    """

    def __init__(self, flaw: Flaw, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What a signature covers of a request, apart from its body.

    Attributes:
        method: Such as ``POST``.
        path: As sent, percent-encoded.
        query: As sent, percent-encoded.
        headers: Values by lower-case name; several of one name are joined by commas.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, bytes]

    @classmethod
    def of_scope(cls, scope: Mapping[str, Any]) -> RequestHead:
        """Return the head of a request.

        Args:
            scope: Of ASGI, of a request or of the handshake of a WebSocket.
        """
        headers: dict[str, bytes] = {}
        for raw_name, value in scope["headers"]:
            name = raw_name.decode("latin-1").lower()
            headers[name] = headers[name] + b"," + value if name in headers else value
        raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
        return cls(
            method=scope.get("method", "GET"),
            path=raw_path.decode("latin-1").partition("?")[0],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
        )

    def header(self, name: str) -> str:
        """Return the value of a header, or an empty text.

        Args:
            name: In lower case.
        """
        return self.headers.get(name, b"").decode("latin-1")


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of a request.

    Attributes:
        key_id: The access key.
        date: Day of the signing key, ``YYYYMMDD``.
        region: Region of the signing key.
        service: Service of the signing key, such as ``iottwinmaker``.
        signed_headers: Names in lower case.
        signature: Hexadecimal.
        time: When it was made, ``YYYYMMDDTHHMMSSZ``.
        expires: Seconds for which a presigned URL is valid; None for a signature in headers.
        is_in_query: Whether the URL is presigned.
        session_token: Of temporary credentials; empty for others.
        payload_hash: What the request states; empty where it states nothing.
    """

    key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    time: str
    expires: int | None
    is_in_query: bool
    session_token: str
    payload_hash: str

    def check_time(self, now: float) -> None:
        """Check that the signature is not too old, and not of the future.

        Args:
            now: Epoch seconds.

        Raises:
            SignatureError: It is.
        """
        try:
            signed_at = datetime.strptime(self.time, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise SignatureError(
                Flaw.INCOMPLETE, f'the time of the signature is "{self.time}", not a time'
            ) from None
        last = signed_at + (MAX_SKEW_SECONDS if self.expires is None else self.expires)
        if now < signed_at - MAX_SKEW_SECONDS or (self.expires is None and now > last):
            raise SignatureError(
                Flaw.SKEWED,
                f"the signature is of {self.time}, more than {MAX_SKEW_SECONDS // 60} minutes from the clock "
                "of this machine; sign the request again",
            )
        if now > last:
            raise SignatureError(Flaw.EXPIRED, "the presigned URL has expired; sign it again")

    def check(self, head: RequestHead, payload_hash: str, secret: str) -> None:
        """Check the signature.

        Args:
            head: The request.
            payload_hash: SHA-256 of the body, hexadecimal, or what the request states in its place.
            secret: The secret of the access key.

        Raises:
            SignatureError: It was made with another secret, or of another request.
        """
        key = _derive_key(secret, self.date, self.region, self.service)
        expected = hmac.new(key, self._string_to_sign(head, payload_hash), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), self.signature.encode("latin-1", "replace")):
            raise SignatureError(
                Flaw.MISMATCH, f"the signature was not made with the secret of access key {self.key_id}"
            )

    def _string_to_sign(self, head: RequestHead, payload_hash: str) -> bytes:
        is_single = self.service in _SINGLE_ENCODING
        headers = b"".join(
            name.encode() + b":" + b" ".join(head.headers.get(name, b"").split()) + b"\n"
            for name in self.signed_headers
        )
        request = b"\n".join(
            (
                head.method.encode(),
                (_encode_once(head.path) if is_single else _encode_twice(head.path)).encode(),
                self._canonical_query(head.query).encode(),
                headers,
                ";".join(self.signed_headers).encode(),
                payload_hash.encode(),
            )
        )
        scope = f"{self.date}/{self.region}/{self.service}/aws4_request"
        return "\n".join((ALGORITHM, self.time, scope, hashlib.sha256(request).hexdigest())).encode()

    def _canonical_query(self, query: str) -> str:
        left_out = set()
        if self.is_in_query:
            left_out.add("X-Amz-Signature")
            if self.service == "iotdevicegateway":
                # Clients of AWS IoT append the token to the signed URL.
                left_out.add("X-Amz-Security-Token")
        pairs = [
            (quote(name, safe="", encoding="latin-1"), quote(value, safe="", encoding="latin-1"))
            for name, value in parse_query(query)
            if name not in left_out
        ]
        return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def parse_signature(head: RequestHead) -> Signature:
    """Return the signature of a request, which is not checked yet.

    Args:
        head: The request.

    Raises:
        SignatureError: There is none, or a part of it is missing.
    """
    query = dict(parse_query(head.query))
    if "X-Amz-Signature" in query or "X-Amz-Credential" in query:
        if "authorization" in head.headers:
            raise SignatureError(Flaw.INCOMPLETE, "the request is signed twice, in its headers and its query")
        return _parse_query_signature(query, head)
    if "authorization" not in head.headers:
        raise SignatureError(Flaw.MISSING, "the request is not signed")
    return _parse_header_signature(head)


def _parse_header_signature(head: RequestHead) -> Signature:
    algorithm, _, rest = head.header("authorization").partition(" ")
    if algorithm != ALGORITHM:
        raise SignatureError(
            Flaw.INCOMPLETE, f'the request is signed by "{algorithm}"; the only algorithm here is {ALGORITHM}'
        )
    pairs = [part.strip().partition("=")[::2] for part in rest.split(",")]
    parts = dict(pairs)
    if len(parts) != len(pairs) or parts.keys() != {"Credential", "SignedHeaders", "Signature"}:
        raise SignatureError(
            Flaw.INCOMPLETE, "the header Authorization has not one Credential, SignedHeaders and Signature"
        )
    return _build(
        parts,
        time=head.header("x-amz-date"),
        expires=None,
        is_in_query=False,
        session_token=head.header("x-amz-security-token"),
        payload_hash=head.header("x-amz-content-sha256"),
    )


def _parse_query_signature(query: Mapping[str, str], head: RequestHead) -> Signature:
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise SignatureError(Flaw.INCOMPLETE, f"X-Amz-Algorithm is not {ALGORITHM}")
    parts = {name: query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
    # Without a limit, as in URLs of AWS IoT, the time of a signature in headers applies.
    expires = query.get("X-Amz-Expires", str(MAX_SKEW_SECONDS))
    if not (
        expires.isascii() and expires.isdigit() and len(expires) < 8 and int(expires) <= MAX_EXPIRY_SECONDS
    ):
        raise SignatureError(
            Flaw.INCOMPLETE,
            f'X-Amz-Expires is "{expires[:40]}"; allowed are 0 to {MAX_EXPIRY_SECONDS} seconds',
        )
    signature = _build(
        parts,
        time=query.get("X-Amz-Date", ""),
        expires=int(expires),
        is_in_query=True,
        session_token=query.get("X-Amz-Security-Token", ""),
        payload_hash=query.get("X-Amz-Content-Sha256", "") or head.header("x-amz-content-sha256"),
    )
    return signature


def _build(parts: Mapping[str, str], *, time: str, payload_hash: str, **others: Any) -> Signature:
    scope = parts["Credential"].split("/")
    if len(scope) != _SCOPE_PARTS or scope[-1] != "aws4_request" or not all(scope):
        raise SignatureError(
            Flaw.INCOMPLETE, "Credential is not of the form KEY/DATE/REGION/SERVICE/aws4_request"
        )
    key_id, date, region, service, _ = scope
    if not _TIME.fullmatch(time) or not time.startswith(date):
        raise SignatureError(
            Flaw.INCOMPLETE,
            f'X-Amz-Date is "{time[:40]}", not a time YYYYMMDDTHHMMSSZ of the day in Credential',
        )
    names = tuple(parts["SignedHeaders"].split(";"))
    if "host" not in names:
        raise SignatureError(Flaw.INCOMPLETE, "the header Host is not signed")
    stated_hash = payload_hash or (UNSIGNED_PAYLOAD if others["is_in_query"] and service == "s3" else "")
    return Signature(
        key_id=key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=names,
        signature=parts["Signature"],
        time=time,
        payload_hash=_checked_payload_hash(stated_hash),
        **others,
    )


def is_sha256(payload_hash: str) -> bool:
    """Return whether a request states the hash of its body, not that it is unsigned or signed in chunks.

    Args:
        payload_hash: Of a signature.
    """
    return _SHA256.fullmatch(payload_hash) is not None


def _checked_payload_hash(text: str) -> str:
    if text and not (text == UNSIGNED_PAYLOAD or text.startswith("STREAMING-") or is_sha256(text)):
        raise SignatureError(
            Flaw.INCOMPLETE,
            f'x-amz-content-sha256 is "{text[:40]}"; it takes a SHA-256, {UNSIGNED_PAYLOAD}, STREAMING-',
        )
    return text


def parse_query(query: str) -> list[tuple[str, str]]:
    """Return the parameters of a query in their order.

    Args:
        query: As sent. The texts have a character for each byte, so that they encode to the same bytes.
    """
    return parse_qsl(query, keep_blank_values=True, encoding="latin-1")


def _encode_once(path: str) -> str:
    """Encode a path as S3 does: each character that needs it is encoded once, however it was sent."""
    return "/".join(
        quote(unquote_to_bytes(segment.encode("latin-1")), safe="") for segment in path.split("/")
    )


def _encode_twice(path: str) -> str:
    """Encode a path as all other services do: without dot segments, and what is encoded is encoded again."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    end = "/" if segments and path.endswith("/") else ""
    return quote(f"/{'/'.join(segments)}{end}", safe="/", encoding="latin-1")


@lru_cache(maxsize=64)
def _derive_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode("latin-1", "replace"), hashlib.sha256).digest()
    return key
