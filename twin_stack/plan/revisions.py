"""Folders of git revisions, as a checkout of the revision would write them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEFAULT_BRANCHES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_SUBMODULE: Final = "160000"
"""Mode of a submodule in an index. Source: git documentation, "index-format"."""
_LFS_START: Final = b"version https://git-lfs.github.com/spec/"
_MAX_POINTER: Final = 1_024
"""Bytes that a pointer has at most. Source: Git LFS specification."""
_MAX_NAMES: Final = 3
_DEEPEN: Final = (
    "fetch all of it by `git fetch --unshallow`, in CI by fetch-depth: 0 of actions/checkout or GIT_DEPTH: 0 "
    "of GitLab"
)


class Repository:
    """The git repository of a folder.

    Args:
        folder: A folder in the repository.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of_folder(self) -> str:
        """Return the path of the folder in the repository, empty for its top.

        Raises:
            TwinError: The folder is in no git repository.
        """
        prefix = self._text("rev-parse", "--show-prefix")
        if prefix is None:
            raise TwinError(
                f"{self._folder} is in no git repository; name the side before the change with --from"
            )
        return prefix.rstrip("/")

    def branch_point(self) -> str:
        """Return the commit where the branch left the default branch.

        Raises:
            TwinError: There is no such commit here.
        """
        for branch in _DEFAULT_BRANCHES:
            if (base := self._text("merge-base", "HEAD", branch)) is not None:
                return base
        if self._is_shallow():
            raise TwinError(
                "the clone is shallow: it has no commit where the branch left the default branch; "
                f"{_DEEPEN}; or name the side before the change with --from"
            )
        raise TwinError(
            "the repository has no branch origin/HEAD, main or master to compare with; name the side before "
            "the change with --from"
        )

    def write_folder(self, revision: str, path: str, target: Path) -> bool:
        """Write the files of a folder of a revision, with what filters and attributes make of them.

        Args:
            revision: A branch, tag or commit.
            path: Path of the folder from the top of the repository.
            target: The folder to write, which does not exist.

        Returns:
            False if the revision has no such folder.

        Raises:
            TwinError: The revision does not exist, the path is no folder, or a file is not here.
        """
        commit = self._text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if commit is None:
            deepen = f"; the clone is shallow: {_DEEPEN}" if self._is_shallow() else ""
            raise TwinError(
                f'"{revision}" is no revision of this repository; name a branch, tag or commit{deepen}'
            )
        path = PurePosixPath(path).as_posix().removeprefix(".").strip("/")
        label = f"{revision}:{path}"
        tree = self._text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{path}")
        if tree is None or self._text("cat-file", "-t", tree) != "tree":
            if (submodule := self._submodule_above(commit, path)) is not None:
                raise TwinError(
                    f'"{label}" is in the submodule {submodule}; run `twin plan` in the submodule, or name '
                    "two folders"
                )
            if tree is None:
                return False
            raise TwinError(f'"{label}" is not a folder; name the folder that holds twin.yaml')
        target.mkdir(parents=True)
        self._check_out(commit, path, target, label)
        return True

    def _check_out(self, commit: str, path: str, target: Path, label: str) -> None:
        """Write the files of a folder of a commit by way of an index of its own."""
        with tempfile.TemporaryDirectory(prefix="twin-plan-") as temporary:
            files = Path(temporary, "files")
            files.mkdir()
            environment = {"GIT_INDEX_FILE": str(Path(temporary, "index")), "GIT_WORK_TREE": str(files)}
            self._run("read-tree", commit, label=label, environment=environment)
            listed = self._run(
                *(
                    "ls-files",
                    "--stage",
                    "--full-name",
                    "-z",
                    "--",
                    f":(top,literal){path}" if path else ":/",
                ),
                label=label,
                environment=environment,
            )
            entries = [entry.partition("\t") for entry in os.fsdecode(listed).split("\0") if entry]
            names = "\0".join(name for mode, _, name in entries if not mode.startswith(_SUBMODULE))
            self._run(
                *("checkout-index", "--force", "-z", "--stdin", f"--prefix={files}{os.sep}"),
                label=label,
                environment=environment,
                text=os.fsencode(names),
            )
            source = files / path
            if source.is_dir():
                target.rmdir()
                source.rename(target)
        for mode, _, name in entries:
            if mode.startswith(_SUBMODULE):
                self._check_out_submodule(name, mode.split()[1], target / Path(name).relative_to(path), label)
        self._write_lfs_objects(target, label)

    def _check_out_submodule(self, name: str, commit: str, target: Path, label: str) -> None:
        top = self._text("rev-parse", "--show-toplevel") or "."
        submodule = Repository(Path(top, name))
        is_here = Path(top, name, ".git").exists()
        if not is_here or submodule._text("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}") is None:
            raise TwinError(
                f"{label} has the submodule {name} with the commit {commit[:12]}, which is not here; run "
                f"`git submodule update --init {name}`, in CI submodules: true of actions/checkout"
            )
        target.mkdir(parents=True, exist_ok=True)
        submodule._check_out(commit, "", target, f"{label}/{name}")

    def _write_lfs_objects(self, folder: Path, label: str) -> None:
        """Replace pointers of Git LFS that no filter resolved by their objects, where those are here."""
        missing = []
        for file, pointer in _lfs_pointers(folder):
            objects = Path(self._text("rev-parse", "--path-format=absolute", "--git-common-dir") or ".git")
            digest = pointer.get("oid", "").removeprefix("sha256:")
            stored = objects / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
            if digest and stored.is_file():
                file.write_bytes(stored.read_bytes())
            else:
                missing.append(file.relative_to(folder).as_posix())
        if missing:
            more = f" and {len(missing) - _MAX_NAMES:,} more" if len(missing) > _MAX_NAMES else ""
            raise TwinError(
                f"{label} has files of Git LFS that are not here: {', '.join(missing[:_MAX_NAMES])}{more}; "
                "install git-lfs, and run `git lfs install` and `git lfs fetch --all`, in CI lfs: true of "
                "actions/checkout and `git lfs fetch --all`"
            )

    def _submodule_above(self, commit: str, path: str) -> str | None:
        """Return the submodule that a path leads into, None if it leads into none."""
        parents = [parent.as_posix() for parent in PurePosixPath(path).parents if parent.name]
        for parent in (path, *parents):
            if parent and (self._text("ls-tree", commit, "--", parent) or "").startswith(_SUBMODULE):
                return parent
        return None

    def _is_shallow(self) -> bool:
        return self._text("rev-parse", "--is-shallow-repository") == "true"

    def _text(self, *arguments: str) -> str | None:
        """Return the output of git as text, None if it fails."""
        result = self._call(arguments)
        return os.fsdecode(result.stdout).strip() if result.returncode == 0 else None

    def _run(
        self, *arguments: str, label: str, environment: Mapping[str, str], text: bytes | None = None
    ) -> bytes:
        """Return the output of git, or raise with what it reports."""
        result = self._call(arguments, environment=environment, text=text)
        if result.returncode != 0:
            reported = os.fsdecode(result.stderr).strip().splitlines()
            raise TwinError(
                f"git cannot read {label}: {' '.join(reported[-2:])}; correct that, or name a folder"
            )
        return result.stdout

    def _call(
        self,
        arguments: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        text: bytes | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 (arguments are checked or follow --end-of-options)
                ["git", *arguments],  # noqa: S607
                cwd=self._folder,
                env={**os.environ, **(environment or {})},
                input=text,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise TwinError(
                "git is not installed; install it, or name two folders with --from and --to"
            ) from None


def _lfs_pointers(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield the files of a folder that are pointers of Git LFS, with the members of each."""
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _MAX_POINTER:
            continue
        content = file.read_bytes()
        if content.startswith(_LFS_START):
            lines = content.decode(errors="replace").splitlines()
            yield file, dict(line.partition(" ")[::2] for line in lines)
