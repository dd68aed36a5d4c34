"""Change one thing in the connectors' code and see whether a test notices: `python -m tests.lambdas.mutants`.

Each comparison is widened and turned round, each order and truth value turned, each whole number moved by
one, each `and` made `or`, each condition negated, each `min` made `max`, each `+` made `-`. Nothing is
written: a mutant lives in a forked process. The tests are collected once and each is run once to see which
lines it runs; a mutant meets just the tests that run its statement, the fastest first, until one fails. What
is run when a module is imported needs the module imported anew, and costs seconds instead of a part of one.

Those that no test notices are printed; `mutants_accepted.txt` lists the ones that change nothing a caller
could see, each with the reason.

    python -m tests.lambdas.mutants                             all
    python -m tests.lambdas.mutants connector_kit/tokens.py     one file
    python -m tests.lambdas.mutants --every 7                   each seventh, for a first impression
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import functools
import gc
import importlib
import importlib.abc
import importlib.util
import os
import pickle
import resource
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType, FrameType

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LAMBDAS = ROOT / "lambdas"
ACCEPTED = HERE / "mutants_accepted.txt"

FILES = [
    *(
        f"connector_kit/{name}.py"
        for name in (
            *("history", "tokens", "request", "interpolation", "times", "values", "filters", "identity"),
            *("component", "schema", "writing", "serving", "deadline", "errors", "source"),
        )
    ),
    *(f"dynamodb_connector/{name}.py" for name in ("layout", "lanes", "query", "writing", "schema")),
    "aws_client/calls.py",
    *(f"dynamodb_connector/{name}.py" for name in ("repository", "environment", "handler")),
    *(
        f"sitewise_connector/{name}.py"
        for name in ("query", "addressing", "writing", "schema", "repository", "environment", "handler")
    ),
]
"""The likeliest to be wrong first."""

LONGEST_TEST = 2.0
"""Seconds; what takes longer says that nothing breaks in an odd way, and is left out."""

PATIENCE = 60
"""Seconds for the tests of one mutant beyond what they take on the code as it is: it may wait for ever."""

MEMORY = 4 << 30
"""Bytes of address space: a mutant may fill the memory."""

OPTIONS = (
    *("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist"),
    # Rewriting assertions would import our modules past the finder below.
    *("--assert=plain", "--hypothesis-profile=mutants"),
    # These take minutes to say that nothing breaks in an odd way.
    *("-k", "not broken_event and not spoiled and not malformed"),
)


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


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    file: str
    line: int
    text: str
    words: str
    lines: range
    """Those of the statement, for a compound one those of its head."""
    tree: ast.Module

    @property
    def mark(self) -> str:
        return f"{self.file}: {self.text}: {self.words}"


def mutants(file: str) -> Iterator[Mutant]:
    """Give each mutant of a file."""
    source = (LAMBDAS / file).read_text("utf-8")
    tree = ast.parse(source)
    texts = source.splitlines()
    skipped = {id(part) for node in ast.walk(tree) for part in _typing(node)}
    # Walking breadth first, an inner statement overwrites what an outer one said.
    lines = {
        id(part): _head(statement)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.stmt)
        for part in ast.walk(statement)
    }
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for words, act in changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied))[number]
            if (other := act(target)) is not None:
                for parent in ast.walk(copied):
                    _exchange(parent, target, other)
            line = getattr(node, "lineno", 0)
            ast.fix_missing_locations(copied)
            yield Mutant(file, line, texts[line - 1].strip(), words, lines[id(node)], copied)


def _head(statement: ast.stmt) -> range:
    body = getattr(statement, "body", None) or getattr(statement, "cases", None)
    end = (
        body[0].lineno - 1 if isinstance(body, list) and hasattr(body[0], "lineno") else statement.end_lineno
    )
    return range(statement.lineno, max(end or 0, statement.lineno) + 1)


def _typing(node: ast.AST) -> Iterator[ast.AST]:
    """Give what no test can notice: annotations, and imports for types only."""
    for name in ("annotation", "returns"):
        if (part := getattr(node, name, None)) is not None:
            yield from ast.walk(part)
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        yield from ast.walk(node)


def _exchange(parent: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for name, value in ast.iter_fields(parent):
        if value is old:
            setattr(parent, name, new)
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


@dataclass
class Runs:
    """What each test runs of the connectors' code."""

    lines: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    at_import: set[tuple[str, int]] = field(default_factory=set)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Name the tests that may notice a mutant, the fastest first."""
        if self.is_at_import(mutant):
            found = [
                test for test, lines in self.lines.items() if any(one == mutant.file for one, _ in lines)
            ] or list(self.lines)  # a file of declarations runs only when it is imported
        else:
            wanted = {(mutant.file, line) for line in mutant.lines}
            found = [test for test, lines in self.lines.items() if lines & wanted]
        short = (test for test in found if self.seconds[test] < LONGEST_TEST)
        return sorted(short, key=self.seconds.__getitem__)

    def is_at_import(self, mutant: Mutant) -> bool:
        return any((mutant.file, line) in self.at_import for line in mutant.lines)


@contextlib.contextmanager
def traced(found: set[tuple[str, int]]) -> Iterator[None]:
    """Note each line of the connectors' code that is run."""
    below = f"{LAMBDAS}{os.sep}"

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_filename.removeprefix(below), frame.f_lineno))
        return line

    def call(frame: FrameType, _: str, __: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(below) else None

    threading.settrace(call)
    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)


NOTICED = 1
BROKEN = 98
"""Codes of children: a test failed; nothing can be said, for the fault is ours."""


class Collected:
    """In place of pytest's loop over the tests: hand them over, once they are collected."""

    def __init__(self, act: Callable[[list[pytest.Item]], None]) -> None:
        self._act = act

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._act(session.items)
        return True


def run(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, bool]]:
    """Run tests, and say of each whether it and those before it passed."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        yield item, not item.session.testsfailed


def in_child(act: Callable[[], int]) -> int:
    """Start a process that says nothing and ends with a code; give its id."""
    if child := os.fork():
        return child
    code = BROKEN
    with contextlib.suppress(BaseException):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        code = act()
    os._exit(code)


def import_all() -> None:
    """Import what is imported only once it is needed, so that it is not taken for a part of a test."""
    for file in FILES:
        # A handler needs its settings to be imported; its tests know.
        with contextlib.suppress(Exception):
            importlib.import_module(module_of(file))


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def look(into: Path) -> int:
    """Collect the tests and run each once, and write what it ran."""
    runs = Runs()

    def act(items: list[pytest.Item]) -> None:
        import_all()
        sys.settrace(None)
        threading.settrace(None)
        for item in items:
            found: set[tuple[str, int]] = set()
            started = time.perf_counter()
            with traced(found):
                (passed,) = (ok for _, ok in run([item]))
            if not passed:
                into.write_bytes(pickle.dumps(item.nodeid))
                os._exit(1)
            runs.seconds[item.nodeid] = time.perf_counter() - started
            runs.lines[item.nodeid] = found
        into.write_bytes(pickle.dumps(runs))
        os._exit(0)

    with traced(runs.at_import):
        pytest.main([*OPTIONS, str(HERE)], plugins=[Collected(act)])
    return BROKEN


def exchange(mutant: Mutant) -> bool:
    """Put the mutant's code into the functions that are there; say whether one is another now."""
    path = str(LAMBDAS / mutant.file)
    new = dict(_functions(compile(mutant.tree, path, "exec")))
    changed = 0
    for one in _functions_in()[path]:
        code = new.get((one.__code__.co_qualname, one.__code__.co_firstlineno))
        if code is not None and code != one.__code__:
            one.__code__ = code
            changed += 1
    return changed > 0


def _functions(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for constant in code.co_consts:
        if hasattr(constant, "co_qualname"):
            yield (constant.co_qualname, constant.co_firstlineno), constant
            yield from _functions(constant)


@functools.cache
def _functions_in() -> dict[str, list[FunctionType]]:
    found: dict[str, list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            found.setdefault(one.__code__.co_filename, []).append(one)
    return found


def limit(seconds: float) -> None:
    signal.alarm(int(seconds) + PATIENCE)
    # Of the processor's time: it runs out however busy the machine is.
    signal.setitimer(signal.ITIMER_PROF, 5 + 4 * seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def judge_there(mutant: Mutant, items: dict[str, pytest.Item], runs: Runs) -> int:
    """Run the tests with the mutant's function in place of the one that is there."""
    tests = runs.tests_of(mutant)
    limit(sum(map(runs.seconds.__getitem__, tests)))
    if not tests or not exchange(mutant):
        return 0
    return 0 if all(passed for _, passed in run([items[test] for test in tests])) else NOTICED


def judge_anew(mutant: Mutant, runs: Runs) -> int:
    """Import the mutant and the tests, and run them."""
    tests = runs.tests_of(mutant)
    if not tests:
        return 0
    limit(30 + sum(map(runs.seconds.__getitem__, tests)))
    sys.meta_path.insert(0, Instead(module_of(mutant.file), LAMBDAS / mutant.file, mutant.tree))
    files: dict[str, list[str]] = {}
    for test in tests:
        files.setdefault(test.partition("::")[0], []).append(test)

    def act(items: list[pytest.Item]) -> None:
        named = {item.nodeid: item for item in items}
        # The mutant may have changed how tests are named, or kept them from being collected.
        chosen = [named[test] for test in wanted] if named.keys() >= set(wanted) else items
        if not chosen or not all(passed for _, passed in run(chosen)):
            os._exit(NOTICED)

    # File by file, the one with the most tests of this module first: it is likely to be enough.
    for file, wanted in sorted(files.items(), key=lambda pair: -len(pair[1])):  # noqa: B007 - act uses it
        code = pytest.main([*OPTIONS, str(ROOT / file)], plugins=[Collected(act)])
        if code == pytest.ExitCode.INTERNAL_ERROR:
            return BROKEN
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return NOTICED
    return 0


class Judges:
    """A few children at once, and what they found."""

    def __init__(self, jobs: int, out: Any) -> None:
        self._jobs = jobs
        self._out = out
        self._running: dict[int, Mutant] = {}
        self.killed: list[Mutant] = []
        self.survived: list[Mutant] = []

    def start(self, mutant: Mutant, act: Callable[[], int]) -> None:
        while len(self._running) >= self._jobs:
            self._wait()
        self._running[in_child(act)] = mutant

    def end(self) -> None:
        while self._running:
            self._wait()

    def _wait(self) -> None:
        child, status = os.wait()
        mutant = self._running.pop(child)
        code = os.waitstatus_to_exitcode(status)
        # A negative code is a signal: it ran for too long.
        noticed = code == NOTICED or code < 0
        (self.killed if noticed else self.survived).append(mutant)
        if code != NOTICED:
            told = "survived" if code == 0 else "ran on" if noticed else "not judged"
            where = f"{mutant.file}:{mutant.line}: {mutant.text}: {mutant.words}"
            print(f"{told}  {where}", file=self._out, flush=True)


def accepted() -> set[str]:
    """Return the mutants that nobody can notice, without the reasons."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines() if ACCEPTED.exists() else []
    return {line.rpartition("  # ")[0] for line in lines if line and not line.startswith("#")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit code is 1 if a mutant survived that is not accepted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", default=FILES, help="files below lambdas/")
    parser.add_argument("--every", type=int, default=1, help="take each n-th mutant only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants at once")
    given = parser.parse_args(arguments)
    os.chdir(ROOT)
    # What every child needs is imported once.
    for package in ("botocore.session", "botocore.stub", "botocore.client", "hypothesis"):
        importlib.import_module(package)
    out = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "runs"
        os.waitpid(in_child(lambda: look(file)), 0)
        runs = pickle.loads(file.read_bytes()) if file.exists() else "the collection"
    if not isinstance(runs, Runs):
        sys.exit(f"fails without any change: {runs}")
    known = accepted()
    survivors = 0

    def report(file: str, way: str, judges: Judges, passed_over: int, started: float) -> None:
        nonlocal survivors
        survivors += len(judges.survived)
        print(
            f"{file}, {way}: {len(judges.killed)} noticed, {passed_over} accepted, "
            f"{len(judges.survived)} survived, {time.monotonic() - started:.0f} s",
            file=out,
            flush=True,
        )

    def judge(way: str, *, at_import: bool, act: Callable[[Mutant], int]) -> None:
        for file in given.files:
            started, judges, passed_over = time.monotonic(), Judges(given.jobs, out), 0
            for number, mutant in enumerate(mutants(file)):
                if number % given.every or runs.is_at_import(mutant) is not at_import:
                    continue
                if mutant.mark in known:
                    passed_over += 1
                else:
                    judges.start(mutant, lambda mutant=mutant: act(mutant))  # type: ignore[misc]
            judges.end()
            report(file, way, judges, passed_over, started)

    def there(items: list[pytest.Item]) -> None:
        named = {item.nodeid: item for item in items}
        import_all()
        _functions_in()
        gc.freeze()
        judge("when run", at_import=False, act=lambda mutant: judge_there(mutant, named, runs))
        os._exit(min(survivors, 90))

    # In a process of its own, so that the modules are not there yet for what follows.
    child = in_child(lambda: int(pytest.main([*OPTIONS, str(HERE)], plugins=[Collected(there)])) or BROKEN)
    if (code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) not in range(91):
        sys.exit(f"the tests cannot be collected a second time: {code}")
    judge("at import", at_import=True, act=lambda mutant: judge_anew(mutant, runs))
    return 1 if survivors or code else 0


if __name__ == "__main__":
    sys.exit(main())
