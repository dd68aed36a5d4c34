"""Synthesize the small apps with the oldest versions of all dependencies that pyproject.toml allows.

    python -m tests.packaging.lowest

It installs them into an environment of its own, from the registry.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("aws-cdk-lib", "cdk-nag", "constructs", "jsii", "lark", "pydantic", "pyyaml", "rich", "typer")


def main() -> int:
    """Return 0 when each app is synthesized or refused as it has to be."""
    with tempfile.TemporaryDirectory(prefix="twin-stack-lowest-") as temporary:
        folder = Path(temporary)
        venv.create(folder / "environment", with_pip=False, symlinks=True)
        python = folder / "environment" / "bin" / "python"
        uv = [str(Path(sys.executable).parent / "uv"), "pip"]
        subprocess.run(
            [*uv, "install", "--quiet", "--python", python, "--resolution", "lowest-direct", f"{ROOT}[nag]"],
            check=True,
        )
        listed = subprocess.run(
            [*uv, "list", "--format", "json", "--python", python], check=True, capture_output=True
        )
        versions = {package["name"]: package["version"] for package in json.loads(listed.stdout)}
        print(", ".join(f"{name} {versions[name]}" for name in SHOWN))  # noqa: T201
        apps = Path(__file__).parent / "app" / "small_apps.py"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        result = subprocess.run(
            [python, apps, ROOT / "models", folder / "out", "1"],
            cwd=folder,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        if result.returncode != 0:
            return 1
        results: dict[str, str | None] = json.loads(result.stdout.splitlines()[-1])["results"]
        # Versions before 2.267 print findings, and raise nothing.
        for report in folder.glob("out/*/*validation-report.json"):
            text = report.read_text(encoding="utf-8")
            if json.loads(text)["pluginReports"]:
                results[report.parent.name] = text
    failures = {name: trouble for name, trouble in results.items() if trouble}
    for name, trouble in failures.items():
        print(f"{name}: {trouble}")  # noqa: T201
    print(f"{len(results) - len(failures)} of {len(results)} apps are as expected")  # noqa: T201
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
