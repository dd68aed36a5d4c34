"""The output of verbs, as text, JSON or CSV."""

from __future__ import annotations

import json

import pytest
import typer

from twin_stack.cli.output import choose_form, print_json, print_warning


def test_json_keeps_letters_of_all_languages(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Käse °C"})

    text = capsys.readouterr().out
    assert "Käse °C" in text
    assert json.loads(text) == {"name": "Käse °C"}


def test_warning_goes_to_the_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    print_warning("no place for this value")

    assert capsys.readouterr() == ("", "warning: no place for this value\n")


@pytest.mark.parametrize(
    ("as_json", "as_csv", "form"), [(False, False, "text"), (True, False, "json"), (False, True, "csv")]
)
def test_format_follows_the_options(*, as_json: bool, as_csv: bool, form: str) -> None:
    assert choose_form(as_json=as_json, as_csv=as_csv) == form


def test_two_formats_at_once_are_refused() -> None:
    with pytest.raises(typer.BadParameter, match="give --json or --csv, not both"):
        choose_form(as_json=True, as_csv=True)
