"""Folders of git revisions."""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

import pytest

from twin_stack.errors import TwinError
from twin_stack.plan.revisions import Repository
from twin_stack.plan.sides import default_base, open_side

if TYPE_CHECKING:
    from pathlib import Path

TWIN = "workspaceId: my-twin\n"
MODEL = b"glTF" + bytes(range(200))


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"]
    options = [*identity, "-c", "protocol.file.allow=always"]
    result = subprocess.run(
        ["git", *options, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return result.stdout.strip()


def commit(folder: Path, files: dict[str, str | bytes]) -> str:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "A change")
    return git(folder, "rev-parse", "HEAD")


def written(repository: Path, revision: str, path: str, target: Path) -> dict[str, bytes]:
    assert Repository(repository).write_folder(revision, path, target)
    return {
        file.relative_to(target).as_posix(): file.read_bytes()
        for file in sorted(target.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def pointer(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"


def test_folder_is_as_a_checkout_writes_it(repository: Path, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "models/plant/twin.yaml": TWIN,
        "models/plant/entities/ä [x]*.yaml": "{}",
        "models/plant/assets/hall.glb": MODEL,
        "models/other.yaml": "x",
        ".gitattributes": "*.yaml text eol=crlf\nmodels/plant/assets export-ignore\n",
    }
    commit(repository, files)
    assert written(repository, "main", "models/plant", tmp_path / "a") == {
        "assets/hall.glb": MODEL,
        "entities/ä [x]*.yaml": b"{}",
        "twin.yaml": TWIN.replace("\n", "\r\n").encode(),
    }
    assert "models/other.yaml" in written(repository, "main", "", tmp_path / "b")
    assert not Repository(repository).write_folder("main", "models/none", tmp_path / "c")
    assert git(repository, "status", "--porcelain") == "", "index and working tree stay"


def test_filters_of_the_repository_apply(repository: Path, tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {
        "models/plant/twin.yaml": TWIN,
        ".gitattributes": "*.yaml filter=upper\n",
    }
    commit(repository, content)
    git(repository, "config", "filter.upper.smudge", "tr a-z A-Z")
    assert written(repository, "main", "models/plant", tmp_path / "a") == {"twin.yaml": TWIN.upper().encode()}
    git(repository, "config", "filter.upper.smudge", "no-such-program")
    git(repository, "config", "filter.upper.required", "true")
    with pytest.raises(TwinError, match=r"git cannot read main:models/plant: .*no-such-program"):
        Repository(repository).write_folder("main", "models/plant", tmp_path / "b")


def test_object_of_git_lfs_stands_for_its_pointer(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"plant/twin.yaml": TWIN, "plant/assets/hall.glb": pointer(MODEL)})
    with pytest.raises(
        TwinError, match=r"main:plant has files of Git LFS that are not here: assets/hall.glb; "
    ):
        Repository(repository).write_folder("main", "plant", tmp_path / "a")
    digest = hashlib.sha256(MODEL).hexdigest()
    stored = repository / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
    stored.parent.mkdir(parents=True)
    stored.write_bytes(MODEL)
    assert written(repository, "main", "plant", tmp_path / "b")["assets/hall.glb"] == MODEL


@pytest.mark.slow
def test_submodule_is_read_at_its_commit(repository: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    commit(models, {"hall.glb": MODEL})
    commit(repository, {"plant/twin.yaml": TWIN})
    git(repository, "submodule", "--quiet", "add", str(models), "plant/assets")
    commit(repository, {})
    commit(models, {"hall.glb": MODEL + b"2"})
    git(repository / "plant/assets", "pull", "--quiet")
    assert written(repository, "main", "plant", tmp_path / "a") == {
        "assets/hall.glb": MODEL,
        "twin.yaml": TWIN.encode(),
    }
    with pytest.raises(
        TwinError, match='"main:plant/assets" is in the submodule plant/assets; run `twin plan` in'
    ):
        Repository(repository).write_folder("main", "plant/assets", tmp_path / "b")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    with pytest.raises(TwinError, match="run `git submodule update --init plant/assets`"):
        Repository(clone).write_folder("main", "plant", tmp_path / "c")


@pytest.fixture
def branched(repository: Path) -> Path:
    """A repository whose branch main and branch change have a commit each after a common one."""
    commit(repository, {"plant/twin.yaml": TWIN})
    git(repository, "switch", "--quiet", "--create", "change")
    commit(repository, {"plant/twin.yaml": f"{TWIN}description: Mine\n"})
    git(repository, "switch", "--quiet", "main")
    commit(repository, {"plant/twin.yaml": f"{TWIN}description: Theirs\n"})
    return repository


def test_shallow_clone_needs_more_history(branched: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        "-b",
        "change",
        f"file://{branched}",
        str(clone),
    )
    with pytest.raises(
        TwinError, match=r"clone is shallow.*git fetch --unshallow.*fetch-depth: 0.*GIT_DEPTH: 0"
    ):
        default_base(clone / "plant")
    with pytest.raises(TwinError, match=r'"v1" is no revision of this repository.*fetch-depth: 0'):
        Repository(clone).write_folder("v1", "plant", tmp_path / "a")
    git(clone, "fetch", "--quiet", "--unshallow")
    assert default_base(clone / "plant") == f"{git(branched, 'rev-parse', 'main~1')[:12]}:plant"


def test_base_is_read_from_the_repository_of_the_folder(
    branched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(branched, "switch", "--quiet", "change")
    monkeypatch.chdir(branched.parent)
    base = default_base(branched / "plant")
    with open_side(base, repository=branched / "plant") as side:
        assert side.definition is not None
        assert side.definition.twin.description is None
    with pytest.raises(TwinError, match="is no revision of this repository"), open_side(base):
        pass


def test_repository_without_default_branch_needs_the_other_side(repository: Path) -> None:
    commit(repository, {"plant/twin.yaml": TWIN})
    git(repository, "branch", "--move", "trunk")
    with pytest.raises(TwinError, match="has no branch origin/HEAD, main or master"):
        default_base(repository / "plant")
