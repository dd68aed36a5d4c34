"""The app's syntheses that many tests look at: one each a session, since one costs seconds."""

from __future__ import annotations

import gc
import os
import sys
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsii._kernel.providers.process as jsii_process
import pytest
from botocore import hooks, useragent
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from xdist.scheduler import LoadFileScheduling

from tests.support.jsii_process import start_kernel_alone
from tests.support.soak import CHECK, SOAK

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser
    from xdist.remote import Producer

    from tests.support.local_factory import LocalFactory
    from tests.support.server_forks import ServerForks
    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin

TEST_EXAMPLES = 15
CHECK_EXAMPLES = 10
"""Examples of each property in ``make test`` and ``make check``; ``make soak`` takes 1,000."""

NO_BROWSER = "no Chromium is found"
"""Reason of skipped tests, which the end of a run lists."""

# An example may take long only because the machine is busy.
settings.register_profile("test", deadline=None, max_examples=TEST_EXAMPLES)
settings.register_profile("soak", deadline=None, max_examples=1_000)
# For runs of the same tests a thousand times.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=25,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("check", deadline=None, max_examples=CHECK_EXAMPLES)
settings.load_profile("check" if CHECK else "soak" if SOAK else "test")

if not SOAK:
    # Hypothesis parses each imported file of the project for constants to try, a second for each worker.
    providers._get_local_constants = lambda: providers._local_constants

# Each session of botocore parses the service models again, some of which are megabytes.
_load_once = cache(JSONFileLoader().load_file)
JSONFileLoader.load_file = lambda _self, path: _load_once(path)  # type: ignore[method-assign,assignment]

# Each of them also lists the folders of all services again, for its first client.
_list_services = Loader.list_available_services
_listed_services: dict[tuple[str, ...], list[str]] = {}


def _list_services_once(loader: Loader, type_name: str) -> list[str]:
    key = (type_name, *loader.search_paths)
    if key not in _listed_services:
        _listed_services[key] = _list_services(loader, type_name)
    return _listed_services[key]


Loader.list_available_services = _list_services_once  # type: ignore[method-assign,assignment]

# Each call replaces characters of its user agent one by one, a tenth of the processor time of a call.
_sanitize = useragent.sanitize_user_agent_string_component
useragent.sanitize_user_agent_string_component = cache(_sanitize)

# Each finds out again what the events of 120 handlers are called, and which arguments the handlers take.
_aliaser: Any = hooks.EventAliaser
_alias_once = cache(_aliaser(None)._alias_event_name)
_aliaser._alias_event_name = lambda _self, name: _alias_once(name)
hooks.accepts_kwargs = lru_cache(maxsize=10_000)(hooks.accepts_kwargs)

# The CDK's own switch for validation, for this process and those that it starts. Validation takes two thirds
# of the time of a synthesis. Tests of it use ``tests.support.templates.add_validation``.
os.environ.setdefault("CDK_VALIDATION", "false")

# jsii prints a banner for Node 20 at each start.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

# Node collects garbage in four threads, which wait for each other by running: on two busy cores they took a
# tenth of the processor time of syntheses, and a fifth with validation.
os.environ.setdefault("NODE_OPTIONS", "--v8-pool-size=1")

if not SOAK:
    # The apps that tests start as processes of their own have jsii's usual start.
    start_kernel_alone(jsii_process)


ROOT = Path(__file__).parents[1]

SLOW_FOLDERS = ("tests/app/", "tests/flow/", "tests/security/", "tests/viewer/")
"""Folders of tests that deploy, start programs or attack."""

DEPLOY_FIXTURES = {"local_twin", "local_factory"}
BROWSER_FIXTURES = {"browser", "chromium"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without garbage collections: almost all objects stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the fixtures that it uses, before ``-m`` selects."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if "snapshot" in fixtures:
        item.add_marker("snapshot")
    if fixtures & DEPLOY_FIXTURES:
        item.add_marker("deploy")
    if fixtures & BROWSER_FIXTURES:
        item.add_marker("browser")
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker("soak")
    if item.nodeid.startswith(SLOW_FOLDERS):
        item.add_marker("slow")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Skip the folders of which ``make check`` runs nothing: reading them takes a third of the collection."""
    folder = f"{collection_path.relative_to(ROOT).as_posix()}/"
    return True if CHECK and folder in SLOW_FOLDERS else None


# Files that share what costs seconds, by the name of what they share, the longest first: an embedded AWS with
# the factory, and a browser that shows it; an embedded AWS, in which each test deploys a twin of its own
# (two of them, since these tests wait a lot); jsii and the syntheses of the process; a browser with the scene
# view; the library of JSON Schemas, whose import takes seconds; an installed wheel.
SHARED = {
    "factory": (
        "tests/cli/test_client.py",
        "tests/cli/test_simulate.py",
        "tests/flow/test_aws_clients.py",
        "tests/flow/test_building.py",
        "tests/flow/test_connectors_page.py",
        "tests/flow/test_import_workspace.py",
        "tests/flow/test_operations.py",
        "tests/flow/test_parts.py",
        "tests/flow/test_web_app.py",
        "tests/local/test_devices.py",
        "tests/security/test_browser.py",
        "tests/viewer/test_",
    ),
    "deployments of flows": (
        "tests/flow/test_attach.py",
        "tests/flow/test_bulk.py",
        "tests/flow/test_bulk_assets.py",
        "tests/flow/test_chain.py",
        "tests/flow/test_custom_resource_provider.py",
        "tests/flow/test_data_names.py",
        "tests/flow/test_engines.py",
        "tests/flow/test_example.py",
        "tests/flow/test_import_tmdt.py",
        "tests/flow/test_invoke_deployed.py",
        "tests/flow/test_managed_assets.py",
        "tests/flow/test_plan_truth.py",
        "tests/flow/test_renames.py",
        "tests/flow/test_scene_folder.py",
        "tests/flow/test_second_deployment.py",
        "tests/flow/test_sitewise_connector.py",
    ),
    "deployments": (
        "tests/cli/test_target.py",
        "tests/docs/test_testing_page.py",
        "tests/local/cloudformation/test_custom_resources.py",
        "tests/local/cloudformation/test_imports.py",
        "tests/local/cloudformation/test_sitewise.py",
        "tests/local/cloudformation/test_twinmaker.py",
        "tests/local/ministack/",
        "tests/local/test_assembly.py",
        "tests/local/test_commands.py",
        "tests/local/test_deployment.py",
        "tests/local/test_entity_operations.py",
        "tests/local/test_page.py",
        "tests/local/test_placeholder_functions.py",
        "tests/local/test_profile.py",
        "tests/local/test_role_permissions.py",
        "tests/security/test_bounds.py",
        "tests/security/test_lambda_environment.py",
        "tests/security/test_signatures.py",
        "tests/security/test_storage.py",
        "tests/test_pytest_plugin.py",
    ),
    "restarts": (
        "tests/local/cloudformation/test_recovery.py",
        "tests/local/ministack/test_lambda_functions.py",
        "tests/local/test_launcher.py",
        "tests/local/test_state_saver.py",
        "tests/security/test_damaged_state.py",
        "tests/security/test_failed_save.py",
        "tests/security/test_interruptions.py",
        "tests/security/test_odd_folders.py",
        "tests/security/test_other_user.py",
    ),
    "jsii": (
        "tests/constructs/",
        "tests/app/",
        "tests/docs/test_python_blocks.py",
        "tests/formats/template/",
        "tests/models/test_windfarm.py",
        "tests/plan/test_against_cdk_diff.py",
        "tests/security/test_outputs.py",
        "tests/security/test_roles.py",
        "tests/templates/",
        "tests/test_architecture.py",
        "tests/test_policy.py",
        "tests/test_stack.py",
    ),
    "scene": ("tests/viewer/scene/",),
    "json-schema": (
        "tests/cli/test_check.py",
        "tests/cli/test_plan.py",
        "tests/definition/json_schemas/",
        "tests/definition/test_sarif.py",
        "tests/packaging/test_bill_of_materials.py",
        "tests/plan/test_document.py",
    ),
    "campus": ("tests/grafana/test_dashboards.py", "tests/models/test_campus.py"),
    "wheel": ("tests/packaging/test_small_apps.py", "tests/packaging/test_wheel.py"),
}


def _group(nodeid: str) -> str | None:
    return next((name for name, paths in SHARED.items() if nodeid.startswith(paths)), None)


class _Scheduling(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a worker a whole file, or all files that share something."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid) or super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Scheduling:
    """Replace the distribution of tests to workers."""
    return _Scheduling(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-randomly, which shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put groups of files first, then files with long tests, so that all workers end together."""
    weights: dict[Path, int] = defaultdict(int)
    for item in items:
        weights[item.path] = max(weights[item.path], _weight(item))
    groups = [*SHARED, None]
    items.sort(key=lambda item: (groups.index(_group(item.nodeid)), -weights[item.path]))


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of garbage collections, and make libraries cheaper."""
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, *gc.get_threshold()[1:])
    # aws-cdk-lib checks the types of arguments, a quarter of Python's share of a synthesis. mypy checks them
    # too, and the apps that tests start as processes of their own have the check on.
    if (type_checking := sys.modules.get("jsii._type_checking")) and not SOAK:
        type_checking._resolved_check = lambda **_: None  # type: ignore[attr-defined]
    # Typer makes the parsers of all verbs again for each invocation, which takes longer than most verbs run.
    if testing := sys.modules.get("typer.testing"):
        testing._get_command = cache(testing._get_command)  # type: ignore[attr-defined]


GARBAGE_THRESHOLD = 20_000
"""New objects between two garbage collections. Python's own number takes a twentieth of the time of tests."""


def _weight(item: pytest.Item) -> int:
    """Return how long a test takes, roughly: 3 for the longest."""
    if item.get_closest_marker("slow"):
        return 3
    return 2 if item.get_closest_marker("deploy") or item.get_closest_marker("browser") else 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines which tests did not run for want of a browser."""
    without = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NO_BROWSER in report.longrepr[2]
    ]
    if without:
        terminalreporter.section("not tested: no Chromium is found; install one, or name it in TWIN_CHROMIUM")
        for nodeid in sorted(without):
            terminalreporter.line(nodeid)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run one Chromium for all tests of a worker.

    Playwright keeps an event loop running in the main thread, so that ``asyncio.run`` fails there. Other
    tests use ``tests.support.coroutines``.
    """
    from tests.support import chromium  # noqa: PLC0415
    from twin_stack.package_data import built_page  # noqa: PLC0415

    if chromium.find() is None:
        pytest.skip(NO_BROWSER)
    if built_page() is None:
        pytest.skip("the page is not built: make page")
    with chromium.browser() as instance:
        yield instance


# Most tests need no jsii: it starts with the first synthesis.
@pytest.fixture(scope="session")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """What `make synth` makes: the default stage of cdk.json."""
    from tests.support.models import synthesize_model  # noqa: PLC0415

    return synthesize_model("factory", tmp_path_factory.mktemp("factory"))


@pytest.fixture(scope="session")
def minimal(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    from tests.support.models import synthesize_model  # noqa: PLC0415

    return synthesize_model("minimal", tmp_path_factory.mktemp("minimal"))


@pytest.fixture(scope="session")
def windfarm(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    from tests.support.models import synthesize_model  # noqa: PLC0415

    return synthesize_model("windfarm", tmp_path_factory.mktemp("windfarm"))


@pytest.fixture(scope="session")
def building(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The building with three devices on each floor."""
    from tests.support.models import synthesize_model  # noqa: PLC0415

    return synthesize_model("building", tmp_path_factory.mktemp("building"))


@pytest.fixture(scope="session")
def server_forks() -> Iterator[ServerForks]:
    """Start embedded AWSs in a third of the time."""
    from tests.support import server_forks  # noqa: PLC0415

    with server_forks.server_forks() as forks:
        yield forks


@pytest.fixture
def forked_starts(server_forks: ServerForks) -> Iterator[None]:
    """Start them so in one test."""
    with server_forks.in_launcher():
        yield


@pytest.fixture(scope="session")
def local_factory(local_twin: LocalTwin, factory: Synthesized) -> LocalFactory:
    """The factory, deployed, with a value each five minutes since yesterday; for clients to read."""
    from tests.support.local_factory import deploy_factory  # noqa: PLC0415

    return deploy_factory(local_twin, factory.directory)
