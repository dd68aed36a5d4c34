"""Change one thing in the connectors' code and see whether a test notices: `python -m tests.lambdas.mutants`.

Each comparison is widened and turned round, each order and truth value turned, each whole number moved by
one, each `and` made `or`, each condition negated, each `min` made `max`, each `+` made `-`. A mutant lives in
a forked process, in place of the module it changes; nothing is written. Those that no test notices are
printed; `mutants_accepted.txt` lists the ones that change nothing a caller could see, each with the reason.

    python -m tests.lambdas.mutants                             all
    python -m tests.lambdas.mutants connector_kit/tokens.py     one file
    python -m tests.lambdas.mutants --every 7                   each seventh, for a first impression
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LAMBDAS = ROOT / "lambdas"
ACCEPTED = HERE / "mutants_accepted.txt"
LONGEST = 240
"""Seconds for the tests of one mutant; one that makes a loop endless is noticed by them."""

KIT = sorted(path.name for path in (LAMBDAS / "connector_kit").glob("*.py"))
FILES = [
    *(f"connector_kit/{name}" for name in KIT),
    "dynamodb_connector/query.py",
    "sitewise_connector/query.py",
]
DYNAMODB = ["test_dynamodb_connector.py", "test_dynamodb_layouts.py"]
SITEWISE = ["test_sitewise_connector.py", "test_sitewise_writing.py"]


LONG = ("broken_event", "spoiled", "malformed")
"""In the names of tests that take seconds to say that nothing breaks in an odd way."""


def tests_of(name: str) -> list[str]:
    """Return the test files that may notice a change of a module, the likeliest first."""
    folder, _, file = name.partition("/")
    if folder == "dynamodb_connector":
        return DYNAMODB
    if folder == "sitewise_connector":
        return SITEWISE
    kit = sorted(path.name for path in HERE.glob("test_kit_*.py"))
    own = [one for one in kit if one == f"test_kit_{file}"]
    rest = [one for one in kit if one not in own]
    return [*own, *rest, *DYNAMODB, *SITEWISE, "test_published_events.py", "test_aws_store.py"]


WIDER = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
TURNED = {
    **{ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In},
}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
Change = tuple[str, "Callable[[Any], ast.AST | None]"]


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], ast.AST | None]]]:
    """Give the words for each change of a node, and what makes it: in place, or by another node."""

    def put(field: str, value: Any) -> Callable[[Any], None]:
        return lambda changed: setattr(changed, field, value)

    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                for table in (WIDER, TURNED):
                    if other := table.get(type(op)):
                        new: list[Any] = [*ops[:index], other(), *ops[index + 1 :]]
                        yield f"{type(op).__name__} -> {other.__name__}", put("ops", new)
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", put("value", not value)
        case ast.Constant(value=int(value)):
            yield f"{value} -> {value + 1}", put("value", value + 1)
            yield f"{value} -> {value - 1}", put("value", value - 1)
        case ast.BoolOp(op=op):
            new_op: Any = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield f"{type(op).__name__} -> {type(new_op).__name__}", put("op", new_op)
        case ast.UnaryOp(op=ast.Not()):
            yield "not taken away", lambda changed: changed.operand
        case ast.UnaryOp(op=ast.USub()):
            yield "minus taken away", lambda changed: changed.operand
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition negated", _negate
        case ast.BinOp(op=op) if other_op := ARITHMETIC.get(type(op)):
            yield f"{type(op).__name__} -> {other_op.__name__}", put("op", other_op())
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield f"{name} -> {CALLS[name]}", put("func", ast.Name(CALLS[name], ast.Load()))


def _negate(changed: Any) -> None:
    changed.test = ast.copy_location(ast.UnaryOp(ast.Not(), changed.test), changed.test)


def mutants(source: str) -> Iterator[tuple[int, str, str, ast.Module]]:
    """Give each mutant: line, the words for it, the line's text, and the module."""
    tree = ast.parse(source)
    lines = source.splitlines()
    skipped = {id(part) for node in ast.walk(tree) for part in _typing(node)}
    nodes = list(ast.walk(tree))
    for number, node in enumerate(nodes):
        if id(node) in skipped:
            continue
        for words, act in changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied))[number]
            if (other := act(target)) is not None:
                for parent in ast.walk(copied):
                    _exchange(parent, target, other)
            line = getattr(node, "lineno", 0)
            yield line, words, lines[line - 1].strip(), ast.fix_missing_locations(copied)


def _typing(node: ast.AST) -> Iterator[ast.AST]:
    """Give what no test can notice: annotations, and imports for types only."""
    for field in ("annotation", "returns"):
        if (part := getattr(node, field, None)) is not None:
            yield from ast.walk(part)
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        yield from ast.walk(node)


def _exchange(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for field, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, field, new)
        elif isinstance(value, list):
            value[:] = [new if one is old else one for one in value]


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed tree."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name = name
        self._path = path
        self._code = compile(tree, str(path), "exec")

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:  # noqa: ARG002 - the interface
        if fullname != self._name:
            return None
        package = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=self, submodule_search_locations=package
        )

    def create_module(self, spec: Any) -> None:  # noqa: ARG002 - the interface
        return None

    def exec_module(self, module: Any) -> None:
        exec(self._code, module.__dict__)


def is_noticed(name: str, tree: ast.Module | None) -> bool:
    """Run the tests on a mutant, or on the code as it is, in a process of its own."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    with contextlib.suppress(BaseException):
        signal.alarm(LONGEST)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        if tree is not None:
            path = LAMBDAS / name
            module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            sys.meta_path.insert(0, Instead(module, path, tree))
        files = [str(HERE / one) for one in tests_of(name)]
        # Rewriting assertions would import our modules past the finder above.
        options = [
            "-x",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            "--assert=plain",
            "-k",
            f"not {' and not '.join(LONG)}",
        ]
        code = int(pytest.main([*options, "--hypothesis-profile=mutants", *files]))
        sys.stdout.flush()
        os._exit(code)
    os._exit(99)


def accepted() -> set[str]:
    """Return the mutants that nobody can notice, without the reasons."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines() if ACCEPTED.exists() else []
    return {line.split("  # ")[0] for line in lines if line and not line.startswith("#")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit code is 1 if a mutant survived that is not accepted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", default=FILES, help="files below lambdas/")
    parser.add_argument("--every", type=int, default=1, help="take each n-th mutant only")
    given = parser.parse_args(arguments)
    os.chdir(ROOT)
    # What every child needs is imported once.
    for package in ("botocore.session", "botocore.stub", "botocore.client"):
        importlib.import_module(package)
    known, survivors, count, started = accepted(), 0, 0, time.monotonic()
    for name in given.files:
        if is_noticed(name, None):
            sys.exit(f"{name}: its tests fail without any change")
        for number, (line, words, text, tree) in enumerate(mutants((LAMBDAS / name).read_text("utf-8"))):
            if number % given.every:
                continue
            count += 1
            mark = f"{name}: {text}: {words}"
            if mark not in known and not is_noticed(name, tree):
                survivors += 1
                print(f"survived  {name}:{line}: {text}: {words}", flush=True)
        print(f"{name}: {count} mutants so far, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{count} mutants, {survivors} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
