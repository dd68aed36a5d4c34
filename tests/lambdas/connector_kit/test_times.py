from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_kit import RequestError
from connector_kit.times import (
    LATEST,
    format_milliseconds,
    format_nanoseconds,
    from_epoch_seconds,
    parse_time,
)

SECOND = 10**9


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2023-11-18T00:52:30.000Z", 1_700_268_750 * SECOND),
        ("2026-03-02T06:00:00.123456789Z", 1_772_431_200 * SECOND + 123_456_789),
        ("2026-03-02T06:00:00.5Z", 1_772_431_200 * SECOND + 500_000_000),
        ("2026-03-02T07:00:00+01:00", 1_772_431_200 * SECOND),
        ("2026-03-01T20:30:00.000-09:30", 1_772_431_200 * SECOND),
        ("1899-12-31T00:00:00Z", -2_209_075_200 * SECOND),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2024-02-29T00:00:00z", 1_709_164_800 * SECOND),
    ],
)
def test_time_is_exact_to_the_nanosecond(text: str, nanoseconds: int) -> None:
    assert parse_time(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T06:00:00",
        "2026-03-02",
        "2026-03-02 06:00:00Z",
        "2026-03-02T06:00:00.1234567890Z",
        "٢٠٢٦-03-02T06:00:00Z",
        "2026-03-02T06:00:00Z\n",
        "",
    ],
)
def test_time_is_refused_with_an_example_when_it_has_another_form(text: str) -> None:
    with pytest.raises(RequestError, match=r"a time must look like 2026-01-31T08:00:00.123Z"):
        parse_time(text)


@pytest.mark.parametrize("text", ["2026-02-29T00:00:00Z", "2026-03-02T24:00:00Z"])
def test_time_is_refused_when_no_calendar_has_it(text: str) -> None:
    with pytest.raises(RequestError, match="is not a date and time"):
        parse_time(text)


@pytest.mark.parametrize(
    ("seconds", "nanoseconds"),
    [
        (1668522782, 1_668_522_782 * SECOND),
        (1.25, 1_250_000_000),
        ("3", 3 * SECOND),
        (-1, -SECOND),
        (253_402_300_799, LATEST - 999_999_999),
    ],
)
def test_deprecated_time_counts_seconds(seconds: object, nanoseconds: int) -> None:
    assert from_epoch_seconds(seconds) == nanoseconds


@pytest.mark.parametrize(
    "seconds", [True, "soon", [], float("nan"), float("inf"), "1e999999", 253_402_300_800]
)
def test_deprecated_time_is_refused_when_it_is_no_instant(seconds: object) -> None:
    with pytest.raises(RequestError, match="a time must be a number of seconds since 1970"):
        from_epoch_seconds(seconds)


@given(st.integers(0, LATEST))
def test_written_time_reads_back_as_itself(nanoseconds: int) -> None:
    text = format_nanoseconds(nanoseconds)
    assert parse_time(text) == nanoseconds
    assert 20 <= len(text) <= 30


@given(st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_written_milliseconds_agree_with_the_calendar(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    text = format_milliseconds(round(milliseconds))
    assert datetime.fromisoformat(text) == moment


def test_written_time_has_no_fraction_when_the_second_is_whole() -> None:
    assert format_nanoseconds(1_649_304_282 * SECOND) == "2022-04-07T04:04:42Z"
    assert format_nanoseconds(1_649_304_282 * SECOND + 5_000_000) == "2022-04-07T04:04:42.005Z"
    assert format_nanoseconds(1_649_304_282 * SECOND + 5_000) == "2022-04-07T04:04:42.000005Z"
    assert format_nanoseconds(1_649_304_282 * SECOND + 5) == "2022-04-07T04:04:42.000000005Z"
