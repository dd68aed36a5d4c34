"""Synthesis against the CDK in JavaScript and against a hand-written Python app.

Each pair makes the same resources; that is compared before anything is timed. Whole processes are timed,
ours and the peer's in turn, and ratios are what counts: seconds differ from machine to machine.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from tests.bench.model import write_definition, write_json
from twin_stack import load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUNS = 7
ENTITIES = 400
SECTION = """## Synthesis

Each pair creates the same resources, which is checked first. Seconds are CPU time of all processes of a run,
which depends less on what else runs than elapsed time; medians of {runs} runs of each, alternately, after a
warm-up. A ratio is the median of the pairs' ratios. The load of the machine was {load} at the start and
the end. Ours is `python app.py`. Validation is off on both sides (`CDK_VALIDATION=false`), because it adds
the same seconds to each.

| what | ours, s | peer, s | ratio | ratio of elapsed time | goal |
|---|---|---|---|---|---|
| {entities} entities from definition files; peer: JavaScript CDK, one `CfnEntity` each | {entities_row} |
| the factory without ingest and alarms, from definition files; peer: Python CDK app by hand | {factory_row} |
"""


def seconds(command: list[str], environment: dict[str, str], *, cwd: Path = ROOT) -> float:
    """Return the wall time of a process; stop when it fails."""
    start = time.perf_counter()
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=cwd)
    elapsed = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return elapsed


def times(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return CPU time and elapsed time of a process with its children; stop when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    elapsed = seconds(command, environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, elapsed


def resources(outdir: Path) -> list[str]:
    """Return the resources of the one template of an assembly, without their logical ids and order."""
    (file,) = outdir.glob("*.template.json")
    template_resources: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["Resources"]
    names = {name: f"<{item['Type']}>" for name, item in template_resources.items()}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(member) for key, member in value.items()}
        if isinstance(value, list):
            return [plain(member) for member in value]
        return names.get(value, value) if isinstance(value, str) else value

    lines = []
    for item in template_resources.values():
        shown = {key: plain(item[key]) for key in ("Type", "Properties", "DeletionPolicy") if key in item}
        if item["Type"] == "AWS::IoTTwinMaker::Entity":
            # The order of creation, apart from which the description of an entity is complete.
            shown["DependsOn"] = sorted(names[name] for name in item.get("DependsOn", []))
        text = json.dumps(shown, sort_keys=True)
        # Keys of uploads are hashes, and the record of the uploads is named after a logical id.
        lines.append(re.sub(r'[0-9a-f]{64}|\w+[0-9A-F]{8}\b|\w+(?=\.json")', "<hash>", text))
    return sorted(lines)


def compare(title: str, model: Path, peer: list[str], outs: tuple[Path, Path]) -> dict[str, float]:
    """Check that the app and a peer make the same resources, then time them in turn."""
    # The peers have no alarms.
    stage = {
        "model": str(model),
        "corsOrigins": ["http://localhost:3000"],
        "operations": {"enabled": False},
    }
    stages = {"bench": stage}
    environment = {
        **os.environ,
        "CDK_VALIDATION": "false",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        "CDK_OUTDIR": str(outs[0]),
        # As the CDK CLI passes it.
        "CDK_CONTEXT_JSON": json.dumps({"twin-stack": {"defaultStage": "bench", "stages": stages}}),
    }
    ours = [sys.executable, str(ROOT / "app.py")]
    for command in (ours, peer):
        seconds(command, environment)
    left, right = (resources(out) for out in outs)
    if left != right:
        only = [line[:400] for line in left if line not in right] + ["---"]
        only += [line[:400] for line in right if line not in left]
        sys.exit(f"{title}: the templates differ\n" + "\n".join(only[:20]))
    print(f"{title}: {len(left)} equal resources, {RUNS} runs in turn", flush=True)
    pairs = [(times(ours, environment), times(peer, environment)) for _ in range(RUNS)]
    row = {
        "ours": statistics.median(mine[0] for mine, _ in pairs),
        "peer": statistics.median(theirs[0] for _, theirs in pairs),
        "ratio": statistics.median(mine[0] / theirs[0] for mine, theirs in pairs),
        "elapsed": statistics.median(mine[1] / theirs[1] for mine, theirs in pairs),
    }
    print("  " + ", ".join(f"{name} {value:.2f}" for name, value in row.items()), flush=True)
    return row


def write_peer_inputs(folder: Path) -> tuple[Path, Path]:
    """Write what the peers of the factory are given: feature flags, and the scene's document."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    context.pop("twin-stack")
    flags, scene = folder / "context.json", folder / "scene.json"
    flags.write_text(json.dumps(context), encoding="utf-8")
    document = load(ROOT / "models" / "factory").scenes["factory-overview"].document
    scene.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return flags, scene


def write_factory(folder: Path) -> None:
    """Write the factory without ingest, alarms and writes, which the peer does not have."""
    shutil.copytree(ROOT / "models" / "factory", folder)
    for file in (folder / "twin.yaml", *(folder / "component_types").iterdir()):
        things = yaml.safe_load(file.read_text(encoding="utf-8"))
        things.pop("ingest", None)
        for thing in things.values():
            if isinstance(thing, dict):
                thing.pop("alarms", None)
                thing.get("functions", {}).pop("dataWriter", None)
        file.write_text(yaml.safe_dump(things, sort_keys=False), encoding="utf-8")


def section() -> str:
    """Run the comparisons and return them as a section of the page."""
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        flags, scene = write_peer_inputs(folder)
        write_definition(folder / "model", ENTITIES)
        write_json(folder / "model.json", ENTITIES)
        mine, theirs = folder / "ours", folder / "peer"
        entities = compare(
            f"{ENTITIES} entities",
            folder / "model",
            ["node", str(HERE / "peer_entities.cjs"), str(folder / "model.json"), str(theirs), str(flags)],
            (mine, theirs),
        )
        mine, theirs = folder / "ours-factory", folder / "peer-factory"
        write_factory(folder / "factory")
        factory = compare(
            "factory without ingest and alarms",
            folder / "factory",
            [sys.executable, "-m", "tests.bench.peer_factory", str(theirs), str(flags), str(scene)],
            (mine, theirs),
        )
    loads.append(os.getloadavg()[0])
    return SECTION.format(
        runs=RUNS,
        load=" and ".join(f"{load:.1f}" for load in loads),
        entities=ENTITIES,
        entities_row=_cells(entities, 3),
        factory_row=_cells(factory, 1.2),
    )


def _cells(row: dict[str, float], goal: float) -> str:
    return f"{row['ours']:.2f} | {row['peer']:.2f} | {row['ratio']:.2f} | {row['elapsed']:.2f} | {goal}"
