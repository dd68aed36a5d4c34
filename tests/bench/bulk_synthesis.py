"""The bulk engine: synthesis against the CDK in JavaScript with one ``CfnEntity`` each.

Whole processes are compared, the reading and checking of the definition included. The peer reads the same
entities from one JSON file and checks nothing.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.model import write_definition, write_json
from tests.bench.synthesis import HERE, ROOT, seconds, times

COUNTS = {10_000: (3, 0.2), 50_000: (1, 0.07)}
"""Runs and goal by number of entities."""

SECTION = """## Synthesis of the bulk engine

Synthesis of entities from definition files, read and checked, against the JavaScript CDK with one `CfnEntity`
each, which reads them from one JSON file. Seconds are CPU time of all processes of a run; memory is that of
the largest process. The load of the machine was {load} at the start and the end.

Of our seconds, {constant:.2f} do not depend on the number of entities: with ten, a synthesis takes as long.
An empty CDK app in Python takes {empty:.2f}.

| entities | ours, s | peer, s | ratio | goal | ours, MB | files | bytes of the template |
|---|---|---|---|---|---|---|---|
{rows}
"""


EMPTY_APP = "from aws_cdk import App, Stack; app = App(); Stack(app, 'empty'); app.synth()"


class Row(NamedTuple):
    """The measurement of one number of entities."""

    ours: float
    peer: float
    ratio: float
    megabytes: float
    files: int
    template_bytes: int


def environment_of(folder: Path) -> dict[str, str]:
    """Return the environment of a synthesis of the model in a folder."""
    stage = {"model": str(folder / "model"), "operations": {"enabled": False}}
    return {
        **os.environ,
        "CDK_VALIDATION": "false",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        "CDK_OUTDIR": str(folder / "ours"),
        "CDK_CONTEXT_JSON": json.dumps({"twin-stack": {"defaultStage": "bench", "stages": {"bench": stage}}}),
    }


def constant_seconds(folder: Path) -> tuple[float, float]:
    """Return the seconds of a synthesis of ten entities, and of an empty app."""
    write_definition(folder / "model", 10, engine="bulk")
    environment = environment_of(folder)
    commands = [sys.executable, str(ROOT / "app.py")], [sys.executable, "-c", EMPTY_APP]
    ours, empty = (
        statistics.median(times(command, environment)[0] for _ in range(5)) for command in commands
    )
    return ours, empty


def measure(count: int, runs: int, folder: Path) -> Row:
    """Synthesize ours and the peer's in turn."""
    write_definition(folder / "model", count, engine="bulk")
    write_json(folder / "model.json", count)
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    context.pop("twin-stack")
    # CloudFormation refuses the peer's stack, which has more than 500 resources.
    (folder / "context.json").write_text(json.dumps({**context, "@aws-cdk/core:stackResourceLimit": 0}))
    environment = environment_of(folder)
    ours = [sys.executable, str(ROOT / "app.py")]
    files = [str(folder / name) for name in ("model.json", "peer", "context.json")]
    peer = ["node", "--max-old-space-size=6000", str(HERE / "peer_entities.cjs"), *files]
    seconds(ours, environment)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    pairs = [(times(ours, environment)[0], times(peer, environment)[0]) for _ in range(runs)]
    (template,) = (folder / "ours").glob("*.template.json")
    row = Row(
        statistics.median(mine for mine, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        statistics.median(mine / theirs for mine, theirs in pairs),
        megabytes,
        len(list((folder / "ours").glob("asset.*-entities"))),
        template.stat().st_size,
    )
    print(f"{count} entities: {row}", flush=True)
    return row


def section() -> str:
    """Measure each number of entities, the smallest first, and return the section of the page."""
    loads = [os.getloadavg()[0]]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        constant, empty = constant_seconds(Path(name))
    for count, (runs, goal) in COUNTS.items():
        with tempfile.TemporaryDirectory() as name:
            row = measure(count, runs, Path(name))
        cells = [f"{row.ours:.2f}", f"{row.peer:.2f}", f"{row.ratio:.2f}", f"{goal}", f"{row.megabytes:,.0f}"]
        rows.append(f"| {count:,} | {' | '.join(cells)} | {row.files} | {row.template_bytes:,} |")
    loads.append(os.getloadavg()[0])
    return SECTION.format(
        load=" and ".join(f"{load:.1f}" for load in loads),
        rows="\n".join(rows),
        constant=constant,
        empty=empty,
    )
