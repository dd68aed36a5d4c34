import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest

from connector_kit import TokenError, UnsupportedError, parse_event
from connector_kit.tokens import MAX_TOKEN_LENGTH, decode_token, encode_token
from tests.support.connector_events import definition, load_event

REQUEST = parse_event(load_event("history_by_entity"))
POSITIONS = [("1772431260000",), None]


def issued() -> str:
    token = encode_token(REQUEST, POSITIONS)
    assert token is not None
    return token


def test_token_gives_back_the_resume_points() -> None:
    assert decode_token(replace(REQUEST, next_token=issued())) == POSITIONS


@pytest.mark.parametrize("length", range(1, 5))
def test_token_has_no_padding(length: int) -> None:
    token = encode_token(REQUEST, [("1" * length,), None])
    assert token is not None
    assert "=" not in token
    assert decode_token(replace(REQUEST, next_token=token)) == [("1" * length,), None]


@pytest.mark.parametrize("other_type", [None, "com.example.other"])
def test_component_type_of_an_entity_request_may_change_between_pages(other_type: str | None) -> None:
    request = replace(REQUEST, component_type_id="com.example.press")
    token = encode_token(request, POSITIONS)
    assert decode_token(replace(request, component_type_id=other_type, next_token=token)) == POSITIONS


def test_no_token_is_issued_when_all_is_read() -> None:
    assert encode_token(REQUEST, [None, None]) is None


def test_token_fits_the_api_when_positions_are_long() -> None:
    ten = {f"p{number}": definition("DOUBLE") for number in range(10)}
    event = load_event("history_by_entity", properties=ten, selectedProperties=list(ten))
    token = encode_token(parse_event(event), [("1772431260000.123456789", "d" * 1000)] * 10)
    assert token is not None
    assert len(token) < MAX_TOKEN_LENGTH


def test_longest_token_is_read_and_a_longer_one_is_never_issued() -> None:
    longest = 13_410 - 8 - len(json.dumps(["1", binding(), [["", ""], None]], separators=(",", ":")))
    positions = [("", "d" * longest), None]
    token = encode_token(REQUEST, positions)
    assert token is not None
    assert len(token) == MAX_TOKEN_LENGTH
    assert decode_token(replace(REQUEST, next_token=token)) == positions
    with pytest.raises(UnsupportedError, match=r"at most 17,880 characters, .* ask for fewer properties"):
        encode_token(REQUEST, [("", "d" * (longest + 1)), None])


def test_page_size_may_change_between_pages() -> None:
    request = parse_event(load_event("history_by_entity", maxResults=7, nextToken=issued()))
    assert decode_token(request) == POSITIONS


def test_order_of_json_members_does_not_make_another_request() -> None:
    condition = {"propertyName": "mode", "operator": "=", "value": {"stringValue": "AUTO"}}
    request = parse_event(load_event("history_by_entity", propertyFilters=[condition]))
    token = encode_token(request, POSITIONS)
    turned = [dict(reversed(condition.items()))]
    other = load_event("history_by_entity", propertyFilters=turned, nextToken=token)
    assert decode_token(parse_event(other)) == POSITIONS


@pytest.mark.parametrize(
    "changes",
    [
        {"workspaceId": "other"},
        {"entityId": "hall-2:press-8"},
        {"componentName": "other"},
        {"startTime": "2026-03-02T06:00:00.001Z"},
        {"endTime": "2026-03-02T06:10:00.001Z"},
        {"orderByTime": "DESCENDING"},
        {"selectedProperties": ["mode", "pressure"]},
        {"propertyFilters": [{"propertyName": "mode", "operator": "=", "value": {"stringValue": "AUTO"}}]},
    ],
)
def test_token_is_refused_when_the_request_is_another(changes: dict[str, object]) -> None:
    request = parse_event(load_event("history_by_entity", nextToken=issued(), **changes))
    with pytest.raises(TokenError, match="nextToken was issued for another request; workspace,"):
        decode_token(request)


def test_token_is_refused_when_the_component_type_is_another() -> None:
    event = load_event("history_by_component_type")
    token = encode_token(parse_event(event), [("1", "press-7")])
    other = parse_event(event | {"componentTypeId": "com.example.pump", "nextToken": token})
    with pytest.raises(TokenError, match="issued for another request"):
        decode_token(other)


@pytest.mark.parametrize("token", ["x", "€", "AAAA", "A" * (MAX_TOKEN_LENGTH + 4), "====", issued() * 2])
def test_damaged_token_is_refused(token: str) -> None:
    with pytest.raises(TokenError, match="nextToken is damaged; pass it on unchanged"):
        decode_token(replace(REQUEST, next_token=token))


def forged(body: object) -> str:
    """A token with a right checksum, as anybody can make one."""
    raw = json.dumps(body).encode()
    return urlsafe_b64encode(hashlib.sha256(raw).digest()[:8] + raw).decode()


def binding() -> str:
    raw = urlsafe_b64decode(issued() + "==")[8:]
    return str(json.loads(raw)[1])


@pytest.mark.parametrize(
    "positions", [None, "xy", {}, [], [None], [None, 5], [None, "12"], [None, ["1", 1]], [None] * 3]
)
def test_forged_token_is_refused_when_its_shape_is_wrong(positions: object) -> None:
    token = forged(["1", binding(), positions])
    with pytest.raises(TokenError, match="nextToken is damaged"):
        decode_token(replace(REQUEST, next_token=token))


@pytest.mark.parametrize("body", [[], ["1"], {}, 5, "abc", [[[[]]]]])
def test_forged_token_is_refused_when_it_has_no_members(body: object) -> None:
    with pytest.raises(TokenError):
        decode_token(replace(REQUEST, next_token=forged(body)))


def test_token_is_refused_when_another_version_made_it() -> None:
    token = forged(["0", binding(), [None, None]])
    with pytest.raises(TokenError, match="nextToken is of another version of this connector; st"):
        decode_token(replace(REQUEST, next_token=token))


@pytest.mark.parametrize("junk", ["!", " ", "\n", "="])
def test_token_with_inserted_characters_is_refused(junk: str) -> None:
    token = issued()
    with pytest.raises(TokenError, match="nextToken is damaged"):
        decode_token(replace(REQUEST, next_token=token[:8] + junk + token[8:]))


def test_token_is_refused_when_cut_or_changed_anywhere() -> None:
    token = issued()
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        for damaged in (token[:place], token[:place] + other + token[place + 1 :]):
            if damaged:
                with pytest.raises(TokenError):
                    decode_token(replace(REQUEST, next_token=damaged))
