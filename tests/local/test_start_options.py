"""What the options of a start allow."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.start_options import check_start_options
from twin_stack.local.state import LocalError

DEFAULTS: dict[str, Any] = {
    "port": None,
    "slow": 0.0,
    "throttle": None,
    "like_aws": False,
    "transfer_speed": None,
    "max_entities": None,
}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"port": 0},
        {"port": 1},
        {"port": 65_535},
        {"slow": 0},
        {"slow": 3600.0},
        {"throttle": 1},
        {"like_aws": True},
        {"transfer_speed": 0.001},
        {"transfer_speed": 1_000_000},
        {"max_entities": 1},
        {"allowed_origins": ["http://localhost:3000", "https://twin.example.com", "http://[::1]:80"]},
    ],
)
def test_limits_themselves_are_allowed(values: dict[str, Any]) -> None:
    check_start_options(**{**DEFAULTS, **values})


@pytest.mark.parametrize("values", [{"port": 65_536}, {"port": -1}, {"slow": 3600.1}, {"throttle": 0}])
def test_values_beyond_a_limit_are_refused_by_the_name_of_the_option(values: dict[str, Any]) -> None:
    (name,) = values

    with pytest.raises(LocalError, match=f"^--{name} {values[name]} "):
        check_start_options(**{**DEFAULTS, **values})


@pytest.mark.parametrize("speed", [0, -1.0, float("nan"), 1_000_001])
def test_speed_of_transfer_jobs_has_limits(speed: float) -> None:
    with pytest.raises(LocalError, match=rf"^--transfer-speed {speed} is not allowed; .* 0.001 to 1,000,000"):
        check_start_options(**{**DEFAULTS, "transfer_speed": speed})


@pytest.mark.parametrize("number", [0, -1])
def test_quota_without_an_entity_is_refused(number: int) -> None:
    with pytest.raises(
        LocalError, match=rf"^--max-entities {number} would refuse every entity; give at least 1"
    ):
        check_start_options(**{**DEFAULTS, "max_entities": number})


def test_two_limits_of_requests_are_refused() -> None:
    with pytest.raises(LocalError, match="--throttle 5 and --like-aws are two limits"):
        check_start_options(**{**DEFAULTS, "throttle": 5, "like_aws": True})


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "",
        "localhost:3000",
        "http://localhost:3000/",
        "http://*.example.com",
        "file://",
        "http://A",
    ],
)
def test_what_is_not_one_origin_is_refused(origin: str) -> None:
    with pytest.raises(LocalError, match="is not an origin; give scheme, name and port of a web app"):
        check_start_options(**{**DEFAULTS, "allowed_origins": ["http://localhost:3000", origin]})
