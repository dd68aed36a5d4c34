"""AWS Signature Version 2 in the query of URLs of S3, by which boto3 presigns in us-east-1.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html, Query String Request
Authentication Alternative.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from botocore.auth import HmacV1QueryAuth
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from twin_stack.local.signatures import UNSIGNED_PAYLOAD, Flaw, SignatureError, parse_query

if TYPE_CHECKING:
    from twin_stack.local.signatures import RequestHead

_PARAMETERS: Final = frozenset({"AWSAccessKeyId", "Signature", "Expires"})
_MAX_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class SignatureV2:
    """The signature of a presigned URL.

    Attributes:
        key_id: The access key.
        signature: In base64.
        expires: Epoch seconds.
        session_token: Of temporary credentials; empty for others.
        payload_hash: A presigned URL covers no body.
    """

    key_id: str
    signature: str
    expires: int
    session_token: str
    payload_hash: str = UNSIGNED_PAYLOAD

    def check_time(self, now: float) -> None:
        """Check that the URL has not expired.

        Args:
            now: Epoch seconds.

        Raises:
            SignatureError: It has.
        """
        if now > self.expires:
            raise SignatureError(Flaw.EXPIRED, "the presigned URL has expired; sign it again")

    def check(self, head: RequestHead, _payload_hash: str, secret: str) -> None:
        """Check the signature.

        Args:
            head: The request.
            secret: The secret of the access key.

        Raises:
            SignatureError: It was made with another secret, or of another request.
        """
        # botocore moves these headers into the query.
        moved = {name: value for name, value in parse_query(head.query) if _is_signed_header(name)}
        sent = {name: head.header(name) for name in head.headers if _is_signed_header(name)}
        headers = HTTPHeaders.from_dict({**sent, **moved})
        signer = _SignerForTime(Credentials(self.key_id, secret, self.session_token or None), self.expires)
        split = urlsplit(f"{head.path}?{head.query}")
        expected = signer.get_signature(head.method, split, headers)  # type: ignore[arg-type]
        if not hmac.compare_digest(expected.encode(), self.signature.encode()):
            raise SignatureError(
                Flaw.MISMATCH, f"the signature was not made with the secret of access key {self.key_id}"
            )


class _SignerForTime(HmacV1QueryAuth):
    """Signs for a time of expiry, not for a number of seconds from now on."""

    def _get_date(self) -> str:
        return str(self._expires)  # type: ignore[attr-defined]


def parse_signature_v2(head: RequestHead) -> SignatureV2 | None:
    """Return the signature of a presigned URL, which is not checked yet; None if it has none of version 2.

    Args:
        head: The request.

    Raises:
        SignatureError: Its time of expiry is not a number.
    """
    query = dict(parse_query(head.query))
    if not query.keys() >= _PARAMETERS:
        return None
    expires = query["Expires"]
    if not (expires.isascii() and expires.isdigit() and len(expires) <= _MAX_DIGITS):
        raise SignatureError(Flaw.INCOMPLETE, f'Expires is "{expires[:40]}", not a time in epoch seconds')
    return SignatureV2(
        key_id=query["AWSAccessKeyId"],
        signature=query["Signature"],
        expires=int(expires),
        session_token=query.get("x-amz-security-token", ""),
    )


def _is_signed_header(name: str) -> bool:
    return name in ("content-md5", "content-type") or name.startswith("x-amz-")
