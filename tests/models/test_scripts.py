"""The scripts of the models write the committed files, in any folder, time zone and locale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[2] / "models"
SCRIPTS = sorted(path.relative_to(MODELS).as_posix() for path in MODELS.glob("*/make_*.py"))
RUN = "import runpy, sys; [runpy.run_path(script, run_name='__main__') for script in sys.argv[1:]]"
"""A program that runs scripts one after the other: importing what makes meshes takes longer than they do."""
WRITTEN = {
    "building": ["floor.glb", "hvac-zone.glb", "light.glb", "occupancy-sensor.glb"],
    "campus": ["floor.glb"],
    "factory": ["factory.glb", "hall.glb"],
    "windfarm": sorted(path.name for path in (MODELS / "windfarm" / "assets").iterdir()),
}
"""Models that a script writes."""


def written(folder: Path, *scripts: str, **environment: str) -> dict[str, bytes]:
    """Run scripts in another folder, and return the files that they write."""
    models = folder / "models"
    models.mkdir()
    shutil.copy(MODELS / "glb.py", models)
    for script in scripts:
        (models / script).parent.mkdir()
        shutil.copy(MODELS / script, models / script)
    (models / "building" / "entities").mkdir(parents=True)
    command = [sys.executable, "-I", "-c", RUN, *(str(models / script) for script in scripts)]
    subprocess.run(command, check=True, cwd=folder, env=os.environ | environment)
    files = {path.relative_to(models).as_posix(): path for path in models.glob("*/*/*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if "__pycache__" not in name}


@pytest.mark.slow
def test_scripts_write_the_committed_files_in_another_folder(tmp_path: Path) -> None:
    files = written(tmp_path, *SCRIPTS, TZ="UTC", LC_ALL="C")

    assert {
        model: sorted(Path(name).name for name in files if name.startswith(f"{model}/assets/"))
        for model in WRITTEN
    } == WRITTEN
    assert "building/entities/devices.csv" in files
    assert len([name for name in files if name.startswith("campus/") and name.endswith(".csv")]) == 4
    changed = [name for name, content in files.items() if content != (MODELS / name).read_bytes()]
    assert changed == [], f"run {SCRIPTS} of the models and commit what they write"


@pytest.mark.slow
def test_script_writes_equal_bytes_in_another_time_zone_and_locale(tmp_path: Path) -> None:
    files = written(tmp_path, "factory/make_assets.py", TZ="Asia/Tokyo", LC_ALL="C.UTF-8")

    assert {name: (MODELS / name).read_bytes() for name in files} == files
    assert files.keys() == {"factory/assets/factory.glb", "factory/assets/hall.glb"}
