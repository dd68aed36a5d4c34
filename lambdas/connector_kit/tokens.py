"""``nextToken``: the resume point of each property, bound to one request.

A token is opaque to callers. It has one resume point per selected property, a digest of its request
and a checksum over both. It needs no secret: a forged token can only choose a resume point inside
the forger's own request, because the store's keys are always built from the request.
"""

import binascii
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from connector_kit.errors import TokenError, UnsupportedError
from connector_kit.request import Request

Position = tuple[str, ...]
"""A resume point in the form of its store; strings only."""

START: Position = ("start",)
"""The resume point of a property of which no point had room on the pages so far."""

MAX_TOKEN_LENGTH = 17_880
"""Maximum characters of a ``nextToken`` of the API."""

_VERSION = "1"
_CHECKSUM_SIZE = 8


def encode_token(request: Request, positions: Sequence[Position | None]) -> str | None:
    """Return the token of the next page.

    Args:
        request: The request of this page.
        positions: Resume points in the order of ``request.selected``; None for a finished property.

    Returns:
        The token, or None if all properties are finished.

    Raises:
        UnsupportedError: If it would be longer than ``MAX_TOKEN_LENGTH``: a key of DynamoDB may have
            2,048 bytes, and each of ten properties its own resume point.
    """
    if all(position is None for position in positions):
        return None
    body = json.dumps([_VERSION, _binding(request), positions], separators=(",", ":")).encode()
    token = urlsafe_b64encode(_checksum(body) + body).decode().rstrip("=")
    if len(token) > MAX_TOKEN_LENGTH:
        raise UnsupportedError(
            f"the resume points of {len(positions)} properties do not fit into a nextToken of at most "
            f"{MAX_TOKEN_LENGTH:,} characters, because the store's keys are long; ask for fewer properties"
        )
    return token


def decode_token(request: Request) -> list[Position | None]:
    """Return the resume points of the request's token.

    Args:
        request: The request; its ``next_token`` must be set.

    Returns:
        Resume points in the order of ``request.selected``; None for a finished property.

    Raises:
        TokenError: If the token is damaged, of another version of the connector, or was issued
            for another workspace, target, range, order, selection, interpolation or set of filters.
    """
    version, binding, positions = _unpack(request.next_token or "")
    if version != _VERSION:
        raise TokenError("nextToken is of another version of this connector; start again without nextToken")
    if binding != _binding(request):
        raise TokenError(
            "nextToken was issued for another request; workspace, target, properties, range, "
            "order, filters and interpolation must stay as they were"
        )
    if len(positions) != len(request.selected):
        raise _damaged_token()
    return [_parse_position(position) for position in positions]


def _damaged_token() -> TokenError:
    return TokenError("nextToken is damaged; pass it on unchanged, or start again without nextToken")


def _unpack(token: str) -> tuple[object, object, list[object]]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise _damaged_token()
    try:
        padded = token.translate(_URL_SAFE) + "=" * (-len(token) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
        checksum, body = raw[:_CHECKSUM_SIZE], raw[_CHECKSUM_SIZE:]
        if checksum != _checksum(body):
            raise _damaged_token()
        version, binding, positions = json.loads(body)
    except (ValueError, TypeError, RecursionError) as error:  # binascii.Error is a ValueError
        raise _damaged_token() from error
    if not isinstance(positions, list):
        raise _damaged_token()
    return version, binding, positions


def _parse_position(position: object) -> Position | None:
    if position is None:
        return None
    if not (isinstance(position, list) and all(isinstance(part, str) for part in position)):
        raise _damaged_token()
    return tuple(position)


_URL_SAFE = str.maketrans("-_", "+/")


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECKSUM_SIZE]


def _binding(request: Request) -> str:
    """Return a digest of the members that must not change between pages; ``maxResults`` may."""
    fixed = [
        request.workspace_id,
        request.entity_id,
        request.component_name,
        # The type is optional in an entity request and does not affect the values.
        request.component_type_id if request.entity_id is None else None,
        [prop.name for prop in request.selected],
        request.start,
        request.end,
        request.ascending,
        request.filters,
        request.interval,
    ]
    return hashlib.sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()[:16]
