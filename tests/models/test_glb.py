"""The Khronos validator reports nothing about any 3D model of the repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / "node_modules" / "gltf-validator"
SCRIPT = """
const validator = require(process.argv[1]);
const read = (path) => new Uint8Array(require("fs").readFileSync(path));
const report = (path) =>
  validator.validateBytes(read(path)).then((all) => all.issues, (error) => ({ messages: [`${error}`] }));
Promise.all(process.argv.slice(2).map(report)).then((all) => console.log(JSON.stringify(all)));
"""

pytestmark = pytest.mark.skipif(not VALIDATOR.exists(), reason="needs the glTF validator: npm ci")


def issues(*files: Path) -> list[list[Any]]:
    """Return the messages of the validator for each file."""
    result = subprocess.run(
        ["node", "-e", SCRIPT, VALIDATOR, *files], check=True, capture_output=True, text=True
    )
    return [report["messages"] for report in json.loads(result.stdout)]


@pytest.mark.slow
def test_models_are_valid() -> None:
    files = sorted((ROOT / "models").glob("*/assets/**/*.glb"))

    assert len(files) >= 5
    assert dict(zip(files, issues(*files), strict=True)) == {file: [] for file in files}


def test_validator_finds_a_broken_model(tmp_path: Path) -> None:
    broken = tmp_path / "broken.glb"
    content = (ROOT / "models" / "building" / "assets" / "light.glb").read_bytes()
    # The first index of the buffer, beyond the last vertex.
    start = 28 + int.from_bytes(content[12:16], "little")
    broken.write_bytes(content[:start] + b"\xff\x7f\0\0" + content[start + 4 :])

    (messages,) = issues(broken)

    assert "ACCESSOR_INDEX_OOB" in {message["code"] for message in messages}
