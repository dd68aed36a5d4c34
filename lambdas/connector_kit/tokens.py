"""nextToken: where each property goes on, bound to the request it was issued for.

Opaque to callers. It holds one resume point per selected property, a digest of the request it
belongs to and a checksum over both. There is no secret in it and none is needed: a forged token
can only choose where to go on inside the forger's own request, because keys of the store are
always built from the request.
"""

import binascii
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from connector_kit.errors import TokenError, UnsupportedError
from connector_kit.request import Request

Position = tuple[str, ...]
"""A resume point, as the store that made it reads it; strings only."""

TOKEN_LIMIT = 17_880
"""Longest ``nextToken`` of the API."""

_VERSION = "1"
_CHECKSUM_SIZE = 8


def encode_token(request: Request, positions: Sequence[Position | None]) -> str | None:
    """Write the token of the next page.

    Args:
        request: The request that this page answers.
        positions: Resume points in the order of ``request.selected``; None where all is read.

    Returns:
        The token, or None if nothing is left to read.

    Raises:
        UnsupportedError: If it would be longer than ``TOKEN_LIMIT``: a key of DynamoDB may have
            2,048 bytes, and a request ten properties that each go on after another key.
    """
    if all(position is None for position in positions):
        return None
    body = json.dumps([_VERSION, _binding(request), positions], separators=(",", ":")).encode()
    token = urlsafe_b64encode(_checksum(body) + body).decode().rstrip("=")
    if len(token) > TOKEN_LIMIT:
        raise UnsupportedError(
            f"where {len(positions)} properties go on does not fit into a nextToken, which has at most "
            f"{TOKEN_LIMIT:,} characters, because the keys of the store are long; ask for fewer properties"
        )
    return token


def decode_token(request: Request) -> list[Position | None]:
    """Read the request's token.

    Args:
        request: The request; its ``next_token`` must be set.

    Returns:
        Resume points in the order of ``request.selected``; None where all is read.

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
        raise _damaged()
    return [_position(position) for position in positions]


def _damaged() -> TokenError:
    return TokenError("nextToken is damaged; pass it on as it came, or start again without nextToken")


def _unpack(token: str) -> tuple[object, object, list[object]]:
    if len(token) > TOKEN_LIMIT:
        raise _damaged()
    try:
        padded = token.translate(_URL_SAFE) + "=" * (-len(token) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
        checksum, body = raw[:_CHECKSUM_SIZE], raw[_CHECKSUM_SIZE:]
        if checksum != _checksum(body):
            raise _damaged()
        version, binding, positions = json.loads(body)
    except (ValueError, TypeError, RecursionError) as error:  # binascii.Error is a ValueError
        raise _damaged() from error
    if not isinstance(positions, list):
        raise _damaged()
    return version, binding, positions


def _position(position: object) -> Position | None:
    if position is None:
        return None
    if not (isinstance(position, list) and all(isinstance(part, str) for part in position)):
        raise _damaged()
    return tuple(position)


_URL_SAFE = str.maketrans("-_", "+/")


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECKSUM_SIZE]


def _binding(request: Request) -> str:
    """Digest of what has to stay the same from page to page; ``maxResults`` may change."""
    fixed = [
        request.workspace_id,
        request.entity_id,
        request.component_name,
        # An entity request may carry the type or not; it does not change what is read.
        request.component_type_id if request.entity_id is None else None,
        [prop.name for prop in request.selected],
        request.start,
        request.end,
        request.ascending,
        request.filters,
        request.interval,
    ]
    return hashlib.sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()[:16]
