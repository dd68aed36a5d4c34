"""Errors in the forms of AWS's protocols, for requests that reach no service."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVICE = re.compile(r"/([a-z0-9-]+)/aws4_request")
_XML_SERVICES = frozenset({"cloudfront", "route53"})


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """The codes of one error; AWS's protocols have different ones.

    Attributes:
        json: Of services with JSON or CBOR.
        query: Of services with forms, such as CloudFormation, and others with XML.
        s3: Of Amazon S3.
    """

    json: str
    query: str
    s3: str


def format_error(
    headers: Mapping[str, str], query: str, codes: ErrorCodes, message: str
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of an error in the form that the client of a service reads.

    Args:
        headers: Of the request, names in lower case.
        query: Of the request.
        codes: Codes of the error.
        message: What is wrong and what to do.
    """
    scope = _SERVICE.search(headers.get("authorization", "") or query.replace("%2F", "/"))
    is_legacy_s3 = "AWSAccessKeyId=" in query
    service = scope.group(1) if scope else "s3" if is_legacy_s3 else ""
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    text = escape(message)
    if service == "s3":
        content = f"<Error><Code>{codes.s3}</Code><Message>{text}</Message></Error>"
        return {"content-type": "application/xml"}, content.encode()
    if service == "ec2":
        content = f"<Errors><Error><Code>{codes.query}</Code><Message>{text}</Message></Error></Errors>"
        return {"content-type": "text/xml"}, f"<Response>{content}</Response>".encode()
    if is_form or service in _XML_SERVICES:
        content = f"<Error><Type>Sender</Type><Code>{codes.query}</Code><Message>{text}</Message></Error>"
        return {"content-type": "text/xml"}, f"<ErrorResponse>{content}</ErrorResponse>".encode()
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        pairs = b"".join(map(_cbor_text, ("__type", codes.json, "message", message)))
        return {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, b"\xa2" + pairs
    content = json.dumps({"__type": codes.json, "message": message})
    return {"content-type": "application/json", "x-amzn-errortype": codes.json}, content.encode()


def _cbor_text(text: str) -> bytes:
    """Encode a text of less than 65,536 bytes: RFC 8949, major type 3 with its length in two bytes."""
    encoded = text.encode()
    return b"\x79" + len(encoded).to_bytes(2, "big") + encoded
