"""What is installed is what a reviewer saw in the lock files: each package by version and hash."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-local.txt", "requirements-dev.txt")
LOCK_FILES = ("package-lock.json", "viewer/package-lock.json", "tests/conformance/package-lock.json")
REPLACED = "--hash=sha256:" + "0" * 64


def pins(name: str) -> dict[str, set[str]]:
    """Return the hashes of each requirement, by the requirement with its version and marker."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return {
        line.split(" --hash=")[0].strip(): set(re.findall(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)", line))
        for line in lines
    }


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_requirement_has_a_version_and_hashes(name: str) -> None:
    hashes = pins(name)
    assert len(hashes) > 20
    assert [pin for pin in hashes if not re.match(r"[a-z0-9.-]+==\S+( ; .+)?$", pin)] == []
    assert [pin for pin, digests in hashes.items() if not digests] == []


def test_requirements_files_agree_on_versions_and_hashes() -> None:
    runtime, local, development = (
        {pin.split(" ;")[0]: hashes for pin, hashes in pins(name).items()} for name in REQUIREMENTS
    )
    assert runtime.items() <= local.items()
    assert local.items() <= development.items()


def test_hashes_cover_files_for_other_platforms() -> None:
    (digests,) = [
        digests for pin, digests in pins("requirements.txt").items() if pin.startswith("pydantic-core==")
    ]
    assert len(digests) > 20


@pytest.mark.parametrize("name", LOCK_FILES)
def test_each_npm_package_has_an_integrity_and_comes_from_the_registry(name: str) -> None:
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / name).read_text(encoding="utf-8"))["packages"]
    # An entry without version is the project or a folder of it. A bundled package is in another one's file.
    fetched = {path: entry for path, entry in packages.items() if "version" in entry and path}
    assert len(fetched) > 40
    assert [
        path
        for path, entry in fetched.items()
        if not entry.get("inBundle") and not entry.get("integrity", "").startswith("sha512-")
    ] == []
    assert [
        path
        for path, entry in packages.items()
        if not entry.get("link")
        and not entry.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/")
    ] == []
    folders = [
        path for path, entry in packages.items() if path and "version" not in entry and not entry.get("link")
    ]
    assert all(path.endswith("/matterport-stub") for path in folders), folders


@pytest.mark.slow
def test_make_installs_by_hash_alone() -> None:
    """Each installing command of the Makefile verifies hashes, or installs nothing but this project."""
    targets = ["install", "aws-cli", "page", "node_modules/.cdk", "tests/conformance/node_modules/.installed"]
    command = ["make", "--dry-run", "--always-make", *targets]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.replace(
        "\\\n", " "
    )
    python = [part for line in lines.splitlines() for part in line.split("||") if "pip install" in part]
    node = [line for line in lines.splitlines() if re.search(r"\bnpm (ci|i|install|add)\b", line)]

    assert len(python) >= 9
    assert [
        part
        for part in python
        if "--require-hashes --only-binary :all:" not in part
        and "--no-deps --no-build-isolation --editable ." not in part
    ] == []
    assert len(node) >= 4
    assert [line for line in node if "npm ci --ignore-scripts" not in line] == []


def test_actions_of_workflows_are_pinned_by_commit() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    actions = [
        action
        for path in workflows
        for action in re.findall(r"uses: *(.+)", path.read_text(encoding="utf-8"))
    ]
    assert len(actions) >= 3
    assert [
        action for action in actions if not re.match(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v[\d.]+$", action)
    ] == []


@pytest.mark.slow
def test_audit_covers_all_locked_packages_and_fails_where_a_registry_is_silent() -> None:
    workflow = (ROOT / ".github" / "workflows" / "audit.yml").read_text(encoding="utf-8")
    assert "run: make audit" in workflow
    assert "schedule:" in workflow
    command = ["make", "--dry-run", "--always-make", "audit"]
    recipe = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # pip-audit succeeds without --strict if the index does not answer.
    assert "pip-audit --strict --require-hashes --disable-pip" in recipe
    assert "--requirement requirements-dev.txt" in recipe, "it has all pins of the other two"
    assert re.search(r"for folder in \. viewer; do.*npm audit signatures.*\|\| exit", recipe, re.DOTALL)


@pytest.mark.slow
class TestReplacedPackage:
    """An index that serves another file than the one that was locked."""

    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        """A clone whose only missing requirement is a small package, served by a folder."""
        served = tmp_path / "served"
        served.mkdir()
        with zipfile.ZipFile(served / "tiny-1.0-py3-none-any.whl", "w") as wheel:
            files = {
                "tiny.py": "",
                "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
                "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            }
            for name, content in files.items():
                wheel.writestr(name, content)
            record = "".join(
                f"{name},{record_hash(content)},{len(content)}\n" for name, content in files.items()
            )
            wheel.writestr("tiny-1.0.dist-info/RECORD", record + "tiny-1.0.dist-info/RECORD,,\n")
        clone = tmp_path / "clone"
        clone.mkdir()
        shutil.copy(ROOT / "Makefile", clone)
        for name in ("pyproject.toml", "requirements-local.txt"):
            (clone / name).touch()
        venv.create(clone / ".venv", with_pip=False, symlinks=True)
        (clone / ".venv" / "bin" / "uv").symlink_to(Path(sys.executable).parent / "uv")
        (clone / ".venv" / ".local").touch()
        return clone

    def install(self, clone: Path, requirement: str) -> bool:
        """Return whether `make` installs the requirement."""
        requirements = clone / "requirements-dev.txt"
        requirements.write_text(requirement + "\n", encoding="utf-8")
        environment = {
            **os.environ,
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": str(clone.parent / "served"),
            "UV_NO_CACHE": "1",
        }
        result = subprocess.run(
            ["make", ".venv/.installed"],
            cwd=clone,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        (packages,) = clone.glob(".venv/lib/python*/site-packages")
        assert (result.returncode == 0) is (packages / "tiny.py").exists()
        return result.returncode == 0

    def test_is_installed_with_the_hash_of_the_file(self, clone: Path) -> None:
        digest = hashlib.sha256(
            (clone.parent / "served" / "tiny-1.0-py3-none-any.whl").read_bytes()
        ).hexdigest()
        assert self.install(clone, f"tiny==1.0 --hash=sha256:{digest}")

    @pytest.mark.parametrize("requirement", [f"tiny==1.0 {REPLACED}", "tiny==1.0", "tiny"])
    def test_is_refused_otherwise(self, clone: Path, requirement: str) -> None:
        assert not self.install(clone, requirement)


def record_hash(content: str) -> str:
    """Return the hash of a file as a wheel's RECORD has it."""
    digest = hashlib.sha256(content.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
