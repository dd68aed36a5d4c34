"""The runner: handlers in a process of their own."""

from __future__ import annotations

import pytest

from tests.support.invocations import EVENT, twin


def test_module_is_imported_from_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("code")
    assert twin("mine:right", "--event", EVENT).exit_code == 0


@pytest.mark.slow
def test_error_of_a_handler_is_shown_with_its_own_traceback() -> None:
    result = twin("code/mine.py:raises", "--event", EVENT)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1] == "ConnectorFailureException: StoreError: the store is closed"
    assert 'mine.py", line ' in lines[0]
    assert "runner.py" not in result.stderr
    quiet = twin("code/mine.py:raises", "--event", EVENT, "--quiet")
    assert quiet.stderr == "ConnectorFailureException: StoreError: the store is closed\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("exits", "ConnectorFailureException: SystemExit: enough"),
        ("dies", "ConnectorFailureException: code/mine.py:dies: the process ended with exit code 3"),
        ("hangs", "ConnectorTimeoutException: code/mine.py:hangs: no answer after 1 s"),
        (
            "decimal",
            "ConnectorFailureException: Runtime.MarshalError: Unable to marshal response: Object of type Dec",
        ),
        ("nowhere", "ConnectorFailureException: HandlerNotFound: code/mine.py has no function nowhere"),
    ],
)
def test_handler_that_does_not_answer_has_failed(handler: str, message: str) -> None:
    seconds = "1" if handler == "hangs" else "30"
    result = twin(f"code/mine.py:{handler}", "--event", EVENT, "--quiet", "--timeout", seconds)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1
