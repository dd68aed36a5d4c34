import gc
import logging
import time

import pytest

from connector_kit import (
    ConfigurationError,
    UnsupportedError,
    serve,
    serving,
)
from tests.support.connector_events import load_event
from tests.support.fake_table import FakeTable, ask_table


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_collection_is_restored(collects: bool) -> None:
    usual = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        serve(load_event("history_by_entity"), lambda _: [])
        assert gc.isenabled() is collects
    finally:
        (gc.enable if usual else gc.disable)()


@pytest.mark.parametrize(
    ("event", "also_served", "served"),
    [
        ("data_writer", {}, "attributePropertyValueReaderByEntity"),
        ("schema_initializer", {}, "attributePropertyValueReaderByEntity"),
        ("data_writer", {"schema": lambda _: {}}, "ByEntity, schemaInitializer"),
        ("schema_initializer", {"writer": lambda _: []}, "ByEntity, dataWriter"),
    ],
)
def test_refusal_lists_just_what_the_connector_serves(
    event: str, also_served: dict[str, object], served: str
) -> None:
    with pytest.raises(UnsupportedError, match=f"this connector serves .*{served} "):
        serve(load_event(event), lambda _: [], **also_served)  # type: ignore[arg-type]


def test_log_has_the_duration_in_milliseconds_to_the_microsecond(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter([100.0, 101.2345678])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    with caplog.at_level(logging.INFO, "connector"):
        serve(load_event("history_by_entity"), lambda _: [])
    assert caplog.records[0].__dict__["durationMs"] == 1234.568


def test_failed_read_is_logged_once_and_raised(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"), pytest.raises(ConfigurationError):
        ask_table(load_event("history_by_component_type"), FakeTable([]))
    (record,) = caplog.records
    assert (record.levelname, record.message) == ("ERROR", "failed")
    assert record.__dict__["error"] == "ConfigurationError"
    assert (record.__dict__["rows"], record.__dict__["points"]) == (0, 0)


def test_only_the_first_request_of_a_process_is_cold(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_cold_start", True)
    with caplog.at_level(logging.INFO, "connector"):
        for _ in range(3):
            ask_table(load_event("history_by_entity"), FakeTable([]))
    assert [record.__dict__["coldStart"] for record in caplog.records] == [True, False, False]
