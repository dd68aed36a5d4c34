"""The check of a definition against the parsing of its YAML alone, and the start of the command.

CPU time of both is taken in one process, in turn; the command is timed as a whole process.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tests.bench.model import write_definition
from tests.bench.synthesis import ROOT, times
from twin_stack.definition import check

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 5
SIZES = (2_000, 10_000, 50_000)
"""Entities: a workspace holds 50,000 at most."""
SECTION = """## Check

CPU time of `check` against that of parsing the same YAML with libyaml (`yaml.CSafeLoader`), which knows
neither places nor rules; medians of {runs} runs of each, alternately. The second run of `twin check` on an
unchanged folder is compared with the same parsing. The load of the machine was {load}.

| what | check, s | parsing, s | ratio | goal |
|---|---|---|---|---|
{rows}
| `twin check models/factory`, start to exit | {start:.2f} | | | 0.25 |
| the same, unchanged since the last run | {cached_start:.2f} | | | |
"""


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of some work, which starts with an empty garbage collector."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def entity_texts(model: Path) -> list[str]:
    """Return the content of the files of entities."""
    return [file.read_text(encoding="utf-8") for file in (model / "entities").iterdir()]


def parse(texts: list[str]) -> None:
    """Parse files by libyaml, one after the other."""
    for text in texts:
        yaml.load(text, Loader=yaml.CSafeLoader)


def row(folder: Path, count: int) -> str:
    """Measure a definition of some size and return its row."""
    model = folder / str(count)
    write_definition(model, count, engine="bulk")
    texts = entity_texts(model)
    pairs = [(cpu_seconds(lambda: check(model)), cpu_seconds(lambda: parse(texts))) for _ in range(RUNS)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{count} entities: {ours / theirs:.2f}", flush=True)
    return f"| {count:,} entities | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} | 1.2 |"


def cached_row(folder: Path, count: int) -> str:
    """Measure a second run of the command on a definition that was measured before."""
    model = folder / str(count)
    texts = entity_texts(model)
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    ours = min(_command(model, environment) for _ in range(RUNS))
    theirs = min(cpu_seconds(lambda: parse(texts)) for _ in range(RUNS))
    return f"| {count:,} entities, unchanged | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} | 0.2 |"


def _command(model: Path, environment: dict[str, str]) -> float:
    code = f"import sys; sys.argv = ['twin', 'check', {str(model)!r}]; from twin_stack.cli import main\n" + (
        "try: main()\nexcept SystemExit: pass"  # warnings and errors of the size are no failure here
    )
    return times([sys.executable, "-c", code], environment)[0]


def section() -> str:
    """Run the comparisons and return them as a section of the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [row(folder, count) for count in SIZES]
        rows.append(cached_row(folder, 10_000))
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        words = [sys.executable, "-m", "twin_stack.cli", "check", str(ROOT / "models" / "factory")]
        starts = [times([*words, "--no-cache"], environment)[1] for _ in range(RUNS)]
        cached_starts = [times(words, environment)[1] for _ in range(RUNS)]
    return SECTION.format(
        runs=RUNS,
        load=f"{load:.1f}",
        rows="\n".join(rows),
        start=min(starts),
        cached_start=min(cached_starts),
    )
