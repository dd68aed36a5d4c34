"""The plan of a change against the loading of its two definitions, and against ``cdk diff``."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.model import write_definition
from tests.bench.synthesis import ROOT, seconds
from twin_stack.definition import load
from twin_stack.plan import make_plan

SIZES = (1_000, 10_000, 50_000)
"""Entities: a workspace holds 50,000 at most."""
RUNS = 5
SECTION = """## Plan

CPU time of loading two definitions of six values an entity, of which one entity in ten differs, and of
their plan; each size in a process of its own. The memory is the peak of the process against what it holds
with both definitions.

| entities | loading both, s | plan, s | both against loading | goal | plan, us an entity | peak of memory against both | goal |
|---|---|---|---|---|---|---|---|
{rows}

A change of one entity of the factory, start to exit, CPU time; medians of {runs} runs of each, alternately.
`cdk diff` of the pinned CLI compares with a local template; the stack is synthesized before, so neither side
runs the app. The load of the machine was {load}.

| what | ours, s | `cdk diff`, s | ratio | ratio of elapsed time | goal |
|---|---|---|---|---|---|
| `twin plan`, terminal | {ours:.2f} | {theirs:.2f} | {ratio:.2f} | {elapsed:.2f} | 0.6 |
"""  # noqa: E501 (rows of a table)


def measure(count: int) -> dict[str, float]:
    """Return what the plan of two definitions takes, measured in this process.

    Args:
        count: Entities of each.
    """
    with tempfile.TemporaryDirectory() as name:
        sides = Path(name, "before"), Path(name, "after")
        for side in sides:
            write_definition(side, count, engine="bulk")
        for file in (sides[1] / "entities").iterdir():
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("7 of the hall", "seven of the hall"), encoding="utf-8")
        start = time.process_time()
        before, after = (load(side) for side in sides)
        loaded = time.process_time()
        held = _memory("VmRSS")
        plan = make_plan(before, after, before_label="before", after_label="after")
        end = time.process_time()
    if not plan.changes:
        sys.exit("the plan is empty")
    return {"load": loaded - start, "plan": end - loaded, "held": held, "peak": _memory("VmHWM")}


def _memory(key: str) -> float:
    """Return the megabytes of this process that the kernel has under a key."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{key}:"))
    return int(line.split()[1]) / 1024


def row(count: int) -> str:
    """Measure one size in a process of its own and return its row."""
    command = [sys.executable, "-m", "tests.bench.plan", str(count)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    figures: dict[str, float] = json.loads(output)
    loading, plan = figures["load"], figures["plan"]
    print(f"{count} entities: {(loading + plan) / loading:.2f}", flush=True)
    return (
        f"| {count:,} | {loading:.2f} | {plan:.2f} | {(loading + plan) / loading:.2f} | 1.5 "
        f"| {plan / count * 1e6:.0f} | {figures['peak'] / figures['held']:.2f} | 2 |"
    )


def factory() -> dict[str, float]:
    """Return what a plan of a change of the factory takes, against ``cdk diff``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        changed = folder / "factory"
        shutil.copytree(ROOT / "models" / "factory", changed)
        file = changed / "entities" / "zone-a.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("CNC Machine 1", "CNC Machine one"), encoding="utf-8")
        environment = {
            **os.environ,
            "CDK_VALIDATION": "false",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        }
        cdk = [str(ROOT / "node_modules" / ".bin" / "cdk")]
        out = folder / "cdk.out"
        app = f"{sys.executable} {ROOT / 'app.py'}"
        seconds([*cdk, "synth", "--quiet", "--no-notices", "--app", app, "--output", str(out)], environment)
        (template,) = out.glob("*.template.json")
        before = folder / "before.json"
        before.write_text(template.read_text("utf-8").replace("CNC Machine 1", "CNC Machine one"), "utf-8")
        diff = [*cdk, "diff", "--no-notices", "--app", str(out), "--template", str(before)]
        sides = ["--from", str(changed), "--to", str(ROOT / "models" / "factory")]
        plan = [sys.executable, "-m", "twin_stack.cli", "plan", *sides]
        if "CNC Machine one" not in _output(plan, environment, {2}):
            sys.exit("twin plan does not show the change")
        _output(diff, environment, {0})
        pairs = [(_times(plan, environment), _times(diff, environment)) for _ in range(RUNS)]
    return {
        "ours": statistics.median(mine[0] for mine, _ in pairs),
        "theirs": statistics.median(theirs[0] for _, theirs in pairs),
        "ratio": statistics.median(mine[0] / theirs[0] for mine, theirs in pairs),
        "elapsed": statistics.median(mine[1] / theirs[1] for mine, theirs in pairs),
    }


def _output(command: list[str], environment: dict[str, str], codes: set[int]) -> str:
    """Return what a command prints; stop where it fails."""
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode not in codes:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def _times(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return CPU time and elapsed time of a process with its children; a plan with changes ends with 2."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    elapsed = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime, elapsed


def section() -> str:
    """Run the comparisons and return them as a section of the page."""
    load_of_machine = os.getloadavg()[0]
    rows = "\n".join(row(count) for count in SIZES)
    figures: dict[str, Any] = factory()
    return SECTION.format(rows=rows, runs=RUNS, load=f"{load_of_machine:.1f}", **figures)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
