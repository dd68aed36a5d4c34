"""The test file that the page about tests shows, run by pytest beside other tests of an embedded AWS."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.code_blocks import ROOT, CodeBlock, code_blocks

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin


class SharedTwin:
    """A plugin with the embedded AWS of this session in place of one that starts."""

    def __init__(self, twin: LocalTwin) -> None:
        """Use an embedded AWS that runs."""
        self._twin = twin

    @pytest.fixture(scope="session")
    def local_twin(self) -> LocalTwin:
        """Return it."""
        return self._twin


@pytest.mark.slow
@pytest.mark.parametrize("block", code_blocks("docs/testing.md"), ids=str)
def test_example_of_a_test_file_passes(
    block: CodeBlock,
    local_twin: LocalTwin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "models" / "factory", tmp_path / "models" / "factory")
    (tmp_path / "test_twin.py").write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    # Within this process, which has the CDK imported. Other tests start it: tests/support/retried_run.py.
    code = pytest.main(
        ["-p", "no:cacheprovider", "-p", "no:randomly", "--rootdir", ".", "test_twin.py"],
        plugins=[SharedTwin(local_twin)],
    )

    output = capsys.readouterr().out
    assert code == pytest.ExitCode.OK, output
    assert "2 passed" in output
