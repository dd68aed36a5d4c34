"""Progress in the bucket and in metrics."""

from __future__ import annotations

import json

from entity_reconciler.operation import Operation
from entity_reconciler.progress import progress_of

from tests.support.entity_stack import entity, fake_stack


def test_end_is_expected_from_the_rate() -> None:
    operation = Operation(
        "r", "s", "Update", "t", None, started=1_000.0, phase="apply", written=50, total=200
    )
    progress = progress_of(operation, 1_010.0)
    assert (progress.done, progress.left, progress.rate) == (50, 150, 5.0)
    assert progress.expectedEnd == 1_040.0
    assert progress.latestEnd == 4_600.0


def test_nothing_done_yet_has_no_expected_end() -> None:
    progress = progress_of(Operation("r", "s", "Update", "t", None, started=1_000.0, total=9), 1_001.0)
    assert progress.expectedEnd is None


def test_line_of_the_log_is_in_the_embedded_metric_format() -> None:
    operation = Operation("r", "s", "Update", "t", None, started=1_000.0, written=3, total=9, calls=4)
    line = json.loads(progress_of(operation, 1_001.0).metric_line("hall"))
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert line["_aws"]["Timestamp"] == 1_001_000
    assert {name: line[name] for name in names} == {
        "EntitiesDone": 3,
        "EntitiesLeft": 6,
        "ModelCalls": 4,
        "EntitiesPerSecond": 3.0,
    }
    assert [[line[name] for name in names] for names in directive["Dimensions"]] == [["hall"]]


def test_progress_of_a_long_job_is_published_while_it_runs() -> None:
    stack = fake_stack()
    stack.twin.job_speed = 100
    stack.clock.limit = 30.0
    stack.deploy([entity(f"m-{number}") for number in range(1_000)])
    done = [progress.done for progress in stack.progress]
    assert {0, 1_000} < set(done)
    assert done == sorted(done)
    saved = stack.s3.text("progress.json")
    assert (saved["phase"], saved["done"], saved["left"]) == ("complete", 1_000, 0)
