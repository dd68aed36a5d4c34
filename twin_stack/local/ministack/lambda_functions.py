"""ministack's Lambda: how functions are invoked, and in which environment their processes run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from twin_stack.local.ministack.function_logs import take_logs_at_once
from twin_stack.local.ministack.function_processes import INHERITED, RUNTIME, FunctionProcesses
from twin_stack.local.service import FunctionFailedError, FunctionTimedOutError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Json = dict[str, Any]

_ARN_PARTS = 7
_ARN_IN_PATH = re.compile(
    r"/2015-03-31/functions/arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:"
)


class LambdaFunctions:
    """The deployed functions.

    Args:
        app: ministack's module of this name.
        lambda_svc: ministack's module of this name.
        lambda_runtime: ministack's module of this name, which starts the processes.
        responses: ministack's module of this name.
        secret: The secret access key of every account, which functions get.
    """

    def __init__(self, app: Any, lambda_svc: Any, lambda_runtime: Any, responses: Any, secret: str) -> None:
        self._app = app
        self._lambda = lambda_svc
        self._responses = responses
        # Code of functions is kept beside the states, and the state before the current one may need it.
        lambda_svc._prune_orphan_code_blobs = lambda _referenced: None
        lambda_svc.handle_request = _in_account_of_arn(lambda_svc.handle_request, responses)
        self._secret = secret
        self._processes = FunctionProcesses()
        lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": self._start_process})
        take_logs_at_once(lambda_runtime.Worker)

    def invoke(self, function_arn: str, payload: Json, timeout_seconds: float) -> Any:
        """Invoke a function and return its result.

        Args:
            function_arn: ARN of the function.
            payload: The event.
            timeout_seconds: How long to wait for the result.

        Raises:
            FunctionFailedError: The function does not exist or returned an error.
            FunctionTimedOutError: The function took longer than it may, or than ``timeout_seconds``.
        """
        parts = function_arn.split(":")
        if len(parts) < _ARN_PARTS:
            raise FunctionFailedError(f"{function_arn} is not the ARN of a function")
        self._responses.set_request_account_id(parts[4])
        self._responses.set_request_region(parts[3])
        path = f"/2015-03-31/functions/{':'.join(parts[6:])}/invocations"
        try:
            status, headers, body = self._app.call_service_handler_sync(
                self._lambda.handle_request,
                "POST",
                path,
                {},
                json.dumps(payload).encode(),
                {},
                timeout=timeout_seconds,
            )
        except TimeoutError:
            raise FunctionTimedOutError(f"{parts[6]} took more than {timeout_seconds:g} s") from None
        has_failed = status >= 300 or any(name.lower() == "x-amz-function-error" for name in headers)
        if not has_failed:
            return json.loads(body or b"null")
        details: Any = None
        with suppress(ValueError):
            details = json.loads(body)
        details = details if isinstance(details, dict) else {}
        message = details.get("errorMessage") or details.get("message") or f"status {status}"
        if details.get("errorType") == "Sandbox.Timedout":
            raise FunctionTimedOutError(str(message))
        raise FunctionFailedError(str(message))

    def _start_process(self, command: Sequence[str], *, env: Mapping[str, str], **options: Any) -> Any:
        """Start a process for a function, without the environment of the embedded AWS itself.

        Args:
            command: The program and its arguments.
            env: Environment that ministack would pass.
            **options: Further options of ``subprocess.Popen``.
        """
        environment = {
            name: value for name, value in env.items() if name in INHERITED or os.environ.get(name) != value
        }
        environment["AWS_SECRET_ACCESS_KEY"] = self._secret
        # Settings of the user, such as ``ignore_configured_endpoint_urls``, lead to AWS itself.
        environment.setdefault("AWS_CONFIG_FILE", os.devnull)
        environment.setdefault("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        environment.setdefault("AWS_EC2_METADATA_DISABLED", "true")
        logging_config = self._log_settings(env.get("_LAMBDA_FUNCTION_ARN", ""))
        environment["PYTHONPATH"] = str(RUNTIME)
        environment["AWS_LAMBDA_LOG_GROUP_NAME"] = logging_config.get("LogGroup", "")
        environment["AWS_LAMBDA_LOG_FORMAT"] = logging_config.get("LogFormat", "Text")
        if logging_config.get("LogFormat") == "JSON":
            environment["AWS_LAMBDA_LOG_LEVEL"] = logging_config.get("ApplicationLogLevel", "INFO")
        return self._processes.start(command, env=environment, **options)

    def _log_settings(self, function_arn: str) -> Json:
        parts = function_arn.split(":")
        key = (parts[4], parts[3], parts[6]) if len(parts) >= _ARN_PARTS else ()
        function = self._lambda._functions._data.get(key) or {}
        settings: Json = function.get("config", {}).get("LoggingConfig") or {}
        return settings


def _in_account_of_arn(handle: Callable[..., Any], responses: Any) -> Callable[..., Any]:
    """Return a handler of requests that finds a function named by an ARN in the account of that ARN."""

    async def handle_request(method: str, path: str, *rest: Any) -> Any:
        match = _ARN_IN_PATH.match(unquote(path))
        if match is not None:
            responses.set_request_account_id(match["account"])
            responses.set_request_region(match["region"])
        return await handle(method, path, *rest)

    return handle_request
