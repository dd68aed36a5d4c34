"""Escape sequences and direction marks in data are shown by every verb, and obeyed by no terminal."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

import twin_stack.invoke
import twin_stack.local.commands
import twin_stack.local.logs
from tests.definition.models import write
from tests.support.hostile_texts import HOSTILE_TEXTS, obeyed_characters
from twin_stack.cli import app, main
from twin_stack.client import commands, entity_selection, reader
from twin_stack.client.entity_selection import Selected
from twin_stack.client.export import entity_csv, history_csv
from twin_stack.client.model import Component, Entity, EntitySummary, History, Point, Property, Series
from twin_stack.errors import TwinError
from twin_stack.invoke import Outcome
from twin_stack.invoke.targets import Failure
from twin_stack.local.logs import LogLine

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXTS = [*HOSTILE_TEXTS.values()]


def typed(*words: str) -> Result:
    """Run a command, and assert that a terminal obeys nothing of what it prints."""
    result = CliRunner().invoke(app, words, env={"COLUMNS": "400", "AWS_PROFILE": "plant"})
    assert obeyed_characters(result.output) == []
    assert result.output
    return result


@pytest.fixture
def hostile_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a deployed twin in which each hostile text is the name and the value of everything."""
    summaries = [EntitySummary(text, text, "$ROOT", text, text) for text in TEXTS]
    properties = [
        Property(text, {"dataType": {"type": "STRING", "unitOfMeasure": text}}, {"stringValue": text})
        for text in TEXTS
    ]
    all_texts = "".join(TEXTS)
    summary = EntitySummary(all_texts, all_texts, "$ROOT", all_texts, all_texts)
    components = [Component(text, text, text, tuple(properties)) for text in TEXTS[:3]]
    series = [Series(item, (Point(NOW, item.name, item.name), Point(NOW, "t", "b"))) for item in properties]
    history = History(all_texts, all_texts, all_texts, NOW, NOW, tuple(series))
    monkeypatch.setattr(commands, "make_client", lambda _: object())
    monkeypatch.setattr(commands, "resolve_workspace", lambda *_: all_texts)
    monkeypatch.setattr(entity_selection, "read_selected", lambda *_: Selected(summaries, is_complete=True))
    monkeypatch.setattr(reader, "read_entity", lambda *_: Entity(summary, tuple(components)))
    monkeypatch.setattr(reader, "read_history", lambda *_, **__: history)


@pytest.mark.usefixtures("hostile_twin")
@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)], ids=["text", "json", "csv"])
@pytest.mark.parametrize("verb", ["entities", "get", "history"])
def test_values_of_a_twin_are_shown(verb: str, form: tuple[str, ...]) -> None:
    arguments = {"get": ("m1",), "history": ("m1", "c", "p")}.get(verb, ())
    result = typed(verb, *arguments, *form)
    assert result.exit_code == 0, result.exception
    if form == ("--json",):
        assert set(TEXTS) <= set(strings_of(json.loads(result.stdout))), "JSON holds the exact texts"
    if form == ("--csv",):
        assert len(list(csv.reader(io.StringIO(result.stdout)))) > len(TEXTS)


def strings_of(value: object) -> Iterator[str]:
    """Yield all texts of a JSON document."""
    if isinstance(value, str):
        yield value
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from strings_of(member)


def test_logs_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [LogLine(NOW, text, text) for text in TEXTS]
    lines.append(LogLine(NOW, "f", "a\n00:00:00 other forged"))
    monkeypatch.setattr(twin_stack.local.logs, "read_logs", lambda *_, **__: iter(lines))
    printed = typed("logs").stdout.splitlines()
    assert printed[-2:] == ["00:00:00 f a", "    00:00:00 other forged"]


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_findings_are_shown(form: tuple[str, ...], tmp_path: Path) -> None:
    entities = {text: {text: text, "entityName": text, "description": [text]} for text in TEXTS}
    model = write(tmp_path / "model", {"entities/e.json": json.dumps(entities)})
    result = typed("check", str(model), *form)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) > len(TEXTS)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    "failure", [None, Failure("X", "".join(TEXTS), tuple(TEXTS))], ids=["answer", "failure"]
)
def test_answers_and_failures_of_connectors_are_shown(
    failure: Failure | None, form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, log = {text: text for text in TEXTS}, "\n".join(TEXTS)
    outcome = Outcome({}, "".join(TEXTS), answer=answer, failure=failure, log=log)
    monkeypatch.setattr(twin_stack.invoke, "invoke", lambda *_, **__: outcome)
    assert len(typed("invoke", "x", "--component-type", "t", "--property", "p", *form).output) > 500


def test_log_of_a_handler_is_shown(tmp_path: Path) -> None:
    code = f"import sys\ndef handler(event, context):\n    sys.stderr.write({''.join(TEXTS)!r})\n"
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    (tmp_path / "event.json").write_text("{}", encoding="utf-8")
    result = typed("invoke", f"{tmp_path}/mine.py:handler", "--event", f"{tmp_path}/event.json")
    assert r"\x1b[2J" in result.stderr
    quiet = typed("invoke", f"{tmp_path}/mine.py:handler", "--event", f"{tmp_path}/event.json", "--quiet")
    assert r"\x1b[2J" not in quiet.stderr


@pytest.mark.parametrize("error", [TwinError, RuntimeError], ids=["mistake", "bug"])
def test_errors_are_shown(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("".join(TEXTS))

    monkeypatch.setattr(twin_stack.local.commands, "status", fail)
    monkeypatch.setattr("sys.argv", ["twin", "status"])
    with pytest.raises(SystemExit):
        main()
    printed = capsys.readouterr().err
    assert "alert(1)" in printed
    assert obeyed_characters(printed) == []


def test_one_function_prints() -> None:
    folder = Path(main.__code__.co_filename).parent
    files = [file for file in folder.glob("*.py") if file.name != "output.py"]
    assert len(files) > 5
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not [
            name for name in ("typer.echo", "print(", "secho", "sys.stdout", "print_exc") if name in text
        ], file


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "=", "-1-1"]
)
def test_text_that_a_spreadsheet_computes_begins_with_an_apostrophe(cell: str) -> None:
    assert value_in_csv(cell) == f"'{cell}"


def test_carriage_return_does_not_end_a_line_of_a_csv_file() -> None:
    assert value_in_csv("\r=1") == r"\r=1"


@pytest.mark.parametrize("cell", ["-1.5", "+3", "-1e-9", "-.5", "+7.", "a=1", "1-2", "'=1", ""])
def test_numbers_and_other_texts_are_unchanged(cell: str) -> None:
    assert value_in_csv(cell) == cell


def value_in_csv(cell: str) -> str:
    """Return a value as the CSV of an entity holds it."""
    value = Property("p", {"dataType": {"type": "STRING"}}, {"stringValue": cell})
    summary = EntitySummary("e", "E", "$ROOT", "ACTIVE", "")
    entity = Entity(summary, (Component("c", "t", "ACTIVE", (value,)),))
    ((*_, written),) = list(csv.reader(io.StringIO(entity_csv(entity), newline="")))[1:]
    return written


def test_numbers_stay_numbers() -> None:
    series = Series(Property("p", {"dataType": {"type": "DOUBLE"}}, None), (Point(NOW, "t", -1.5),))
    assert history_csv(History("w", "e", "c", NOW, NOW, (series,))).splitlines()[1] == "t,e,c,p,,-1.5"
