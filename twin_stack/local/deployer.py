"""Deploys a CDK app to the embedded AWS with the app's own, pinned CDK CLI."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin_stack.local.bootstrap import STACK, deploy_bootstrap_stack
from twin_stack.local.clients import make_client
from twin_stack.local.failed_stacks import OperationEvents, construct_paths
from twin_stack.local.lock_holders import record_child
from twin_stack.local.profile import client_environment
from twin_stack.local.state import ACCOUNT, REGION, LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.local.state import Access

ASSEMBLY = "cdk.out"
"""Name of the cloud assembly inside the deployer's work folder."""

_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_KILL_SECONDS = 5.0
_DEPLOY_OPTIONS = ("--require-approval", "never", "--progress", "events", "--import-existing-resources")
"""What was retained when its stack was destroyed is taken back."""
_MAX_OUTPUT_LINES = 60


class DeployError(LocalError):
    """The CDK CLI or a stack failed; the message ends with the output or with the reasons."""


@dataclass(frozen=True)
class Deployer:
    """Runs the CDK CLI of an app against the embedded AWS.

    Attributes:
        app: Folder of the app, the one with ``cdk.json`` and ``node_modules``.
        access: Access to the embedded AWS.
        work: Folder for the CLI's logs, cache and cloud assembly.
        context: Values for ``-c``.
        lock: A file descriptor that the CLI inherits, so that what it locks stays locked while the CLI runs.
    """

    app: Path
    access: Access
    work: Path
    context: Mapping[str, str] = field(default_factory=dict)
    lock: int | None = None

    def bootstrapped(self) -> bool:
        """Return whether the bucket and the parameter that every deployment with assets needs exist.

        They are in the stack that ``cdk bootstrap`` deploys, or were made by ``deploy_assembly``.
        """
        cloudformation = make_client(self.access, "cloudformation")
        # The answer is a ValidationError when there is no such stack.
        with contextlib.suppress(cloudformation.exceptions.ClientError):
            (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
            return stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        ssm = make_client(self.access, "ssm")
        with contextlib.suppress(ssm.exceptions.ParameterNotFound):
            ssm.get_parameter(Name=_BOOTSTRAP_PARAMETER)
            return True
        return False

    def bootstrap(self) -> bool:
        """Bootstrap without the CLI, and return whether that was possible."""
        return deploy_bootstrap_stack(make_client(self.access, "cloudformation"), self.app)

    def prepare(self) -> Path:
        """Bootstrap, and synthesize the app at the same time: a bootstrap mostly waits.

        Returns:
            The cloud assembly.

        Raises:
            DeployError: The CLI failed.
        """
        with (
            # With an app, the CLI would synthesize it here too, though the environment is given.
            self._run("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", "") as bootstrap,
            self._run("synth", "--quiet", *self._app_options()) as synth,
        ):
            synth.finish()
            bootstrap.finish()
        return self.work / ASSEMBLY

    def deploy(self, assembly: Path | None = None) -> None:
        """Deploy all stacks of the app; update existing ones in place.

        Args:
            assembly: The cloud assembly. Default: the app is synthesized first.

        Raises:
            DeployError: The CLI failed; its changes were rolled back. The message begins with the resources
                that failed, where a stack did.
        """
        source = self._app_options() if assembly is None else ["--app", str(assembly)]
        events = OperationEvents(make_client(self.access, "cloudformation"))
        try:
            self.run("deploy", "--all", *_DEPLOY_OPTIONS, *source)
        except DeployError as error:
            reasons = self._reasons(events, assembly or self.work / ASSEMBLY)
            if reasons is None:
                raise
            headline = str(error).partition("\n")[0]
            raise DeployError(
                f"{headline}\n{reasons}\nThe CLI's output is in {self._log('deploy')}"
            ) from error

    def run(self, verb: str, *arguments: str) -> str:
        """Run a command of the CLI and return its output.

        Raises:
            DeployError: It failed.
            LocalError: The CLI is not installed.
        """
        with self._run(verb, *arguments) as command:
            return command.finish()

    def _reasons(self, events: OperationEvents, assembly: Path) -> str | None:
        """Return why stacks failed; None where none did, or where the embedded AWS has ended."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (a third of a second)

        with contextlib.suppress(BotoCoreError, ClientError):
            return events.describe_failures(construct_paths(assembly))
        return None

    def _log(self, verb: str) -> Path:
        return self.work / f"cdk-{verb}.log"

    def _app_options(self) -> list[str]:
        context = [
            option for name, value in self.context.items() for option in ("--context", f"{name}={value}")
        ]
        return ["--output", str(self.work / ASSEMBLY), *context]

    @contextlib.contextmanager
    def _run(self, verb: str, *arguments: str) -> Iterator[_Command]:
        """Run a command of the CLI; end it with its children when the block ends early."""
        program = self.app / "node_modules" / ".bin" / "cdk"
        if not program.exists():
            raise LocalError(f"the CDK CLI is not in {program.parent}; run `npm ci` in {self.app}")
        log = self._log(verb)
        process = None
        try:
            with _interrupts_held_back(), log.open("wb") as output:
                process = subprocess.Popen(  # noqa: S603 (the app's own CLI)
                    [str(program), verb, *arguments, "--no-notices", "--no-color"],
                    cwd=self.app,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[] if self.lock is None else [self.lock],
                )
            if self.lock is not None:
                record_child(self.lock, process.pid, f"cdk {verb}")
            yield _Command(verb, process, log)
        finally:
            if process is not None and process.poll() is None:
                _terminate_group(process)

    def _environment(self) -> dict[str, str]:
        return {
            # Policy validation takes a quarter of the time, and does not change the template. It is for
            # templates that go to AWS (``make synth``, ``make deploy``) and for the tests.
            "CDK_VALIDATION": "false",
            **client_environment(self.access, os.environ),
            "CI": "1",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            # The CLI caches the account of each access key; keep that out of the user's own cache.
            "CDK_HOME": str(self.work / "cdk-home"),
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
            "NODE_NO_WARNINGS": "1",
        }


@dataclass(frozen=True)
class _Command:
    """A running command of the CLI."""

    verb: str
    process: subprocess.Popen[bytes]
    log: Path

    def finish(self) -> str:
        """Wait for the command to end and return its output.

        Raises:
            DeployError: It failed.
        """
        code = self.process.wait()
        output = self.log.read_text(encoding="utf-8", errors="replace")
        if code:
            raise DeployError(_describe_failure(self.verb, code, output))
        return output


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end of the block only, so that a process that begins in it is known."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: received.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if received:
            raise KeyboardInterrupt


def _terminate_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _describe_failure(verb: str, code: int, output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return "\n".join([f"`cdk {verb}` failed (exit code {code}):", *lines[-_MAX_OUTPUT_LINES:]])
