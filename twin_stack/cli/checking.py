"""The check of paths by ``twin check``, without the parser of options, which takes longer than a check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

from twin_stack.cli.output import echo, finding_document, print_findings, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.formats.checked_path import CheckedPath

Form = Literal["text", "json", "sarif", "github"]

_FORMS: Final = frozenset({"--json", "--sarif", "--github"})
_OPTIONS: Final = frozenset({*_FORMS, "--strict", "--no-cache"})


class CheckOptions(NamedTuple):
    """What is checked, and how.

    Attributes:
        paths: The paths.
        form: Form of the output.
        is_strict: Whether warnings fail too.
        has_cache: Whether what did not change since the last check is not checked again.
    """

    paths: tuple[Path, ...]
    form: Form = "text"
    is_strict: bool = False
    has_cache: bool = True


def parse_plain_words(words: Sequence[str]) -> CheckOptions | None:
    """Return the options of a command line of paths and flags, None for any other one.

    Args:
        words: The words after ``check``.
    """
    options = {word for word in words if word.startswith("-")}
    paths = tuple(Path(word) for word in words if not word.startswith("-"))
    forms = options & _FORMS
    if not paths or "" in words or len(forms) > 1 or options - _OPTIONS:
        return None
    form = cast("Form", next(iter(forms)).removeprefix("--")) if forms else "text"
    return CheckOptions(paths, form, is_strict="--strict" in options, has_cache="--no-cache" not in options)


def run_check(options: CheckOptions) -> int:
    """Check paths, print the findings, and return the exit code.

    Args:
        options: What is checked, and how.
    """
    check = _check_cached if options.has_cache else _check_path
    checked = {path: check(path) for path in dict.fromkeys(options.paths)}
    match options.form:
        case "json":
            print_json(_documents(checked))
        case "sarif":
            _print_sarif(checked)
        case "github":
            _print_annotations(checked)
        case "text":
            _print_text(checked)
    has_failed = any(
        options.is_strict or finding.severity == "error"
        for result in checked.values()
        for finding in result.findings
    )
    return 1 if has_failed else 0


def _check_path(path: Path) -> CheckedPath:
    from twin_stack.formats.check_path import check_path

    return check_path(path)


def _check_cached(path: Path) -> CheckedPath:
    from twin_stack.formats.check_cache import check_cached

    return check_cached(path, _check_path)


def _documents(checked: Mapping[Path, CheckedPath]) -> list[dict[str, object]]:
    documents = []
    for result in checked.values():
        documents += [finding_document(finding) for finding in result.findings]
        documents += [{**finding_document(finding), "ignored": reason} for finding, reason in result.ignored]
    return documents


def _print_sarif(checked: Mapping[Path, CheckedPath]) -> None:
    from importlib.metadata import version

    from twin_stack.definition.sarif import sarif_document

    findings = [finding for result in checked.values() for finding in result.findings]
    print_json(sarif_document(findings, Path.cwd(), version("twin-stack")))


def _print_annotations(checked: Mapping[Path, CheckedPath]) -> None:
    from twin_stack.definition.github_annotations import github_annotations

    for result in checked.values():
        for line in github_annotations(result.findings, Path.cwd()):
            echo(line)


def _print_text(checked: Mapping[Path, CheckedPath]) -> None:
    for path, result in checked.items():
        print_findings(result.findings, as_json=False)
        errors = sum(finding.severity == "error" for finding in result.findings)
        ignored = f", {len(result.ignored)} ignored" if result.ignored else ""
        elsewhere = f", {result.elsewhere} in other files" if result.elsewhere else ""
        if errors:
            echo(f"{errors} mistake{'' if errors == 1 else 's'} in {path}{ignored}{elsewhere}")
        else:
            echo(f"{path}: {result.summary}, no mistakes{ignored}{elsewhere}")
