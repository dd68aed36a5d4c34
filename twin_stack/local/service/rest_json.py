"""A REST-JSON server, generated from a botocore service model.

Routes, parameter locations, constraints, error statuses and the form of answers all come from the model that
AWS's clients are generated from, so requests and answers have the same form as AWS's. Operations are methods:
``CreateEntity`` is implemented when one of the ``parts`` has a method ``create_entity(scope, params)`` that
returns the members of the answer.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote

from botocore import xform_name

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.models import service_model
from twin_stack.local.service.shapes import Problems, TooManyProblemsError, compile_reader, compile_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import OperationModel, ServiceModel

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.shapes import Reader, Writer
    from twin_stack.local.service.throttle import Throttle

    Operation = Callable[[Scope, dict[str, Any]], Mapping[str, Any] | None]
    Refusal = Callable[[str, str, Mapping[str, Any], Scope], str | None]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """Names of the service's errors that any operation can answer with.

    Attributes:
        invalid: The request is invalid.
        internal: A fault of the service itself.
        refusals: Errors that become ``invalid`` where the model of an operation does not list them.
            CreateEntity in a workspace that does not exist, for example, answers with a ValidationException.
        throttled: Too many requests.
    """

    invalid: str
    internal: str
    refusals: tuple[str, ...] = ("ResourceNotFoundException", "ConflictException")
    throttled: str = "ThrottlingException"


@dataclass(frozen=True, slots=True)
class _Member:
    """Location and type of one input member in an HTTP request."""

    name: str
    location: str
    wire_name: str
    is_list: bool
    type_name: str


class _Route:
    """One operation of the model; patterns, readers and writers are compiled at first use."""

    def __init__(self, model: OperationModel) -> None:
        self.name = model.name
        self.method = model.http["method"]
        self.status = int(model.http.get("responseCode", 200))
        self.uri = model.http["requestUri"].rstrip("/")
        self._model = model

    @cached_property
    def path(self) -> re.Pattern[str]:
        """Pattern of paths; a label contains no slash."""
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.uri)))

    @cached_property
    def errors(self) -> set[str]:
        """Codes of the errors that the model lists for the operation."""
        return {shape.name for shape in self._model.error_shapes}

    @cached_property
    def members(self) -> tuple[_Member, ...]:
        """Members of the input."""
        shape = self._model.input_shape
        return tuple(
            _Member(
                name,
                member.serialization.get("location", "body"),
                member.serialization.get("name", name),
                member.type_name == "list",
                _element_shape(member).type_name,
            )
            for name, member in (shape.members.items() if shape else ())
        )

    @cached_property
    def _reader(self) -> Reader | None:
        shape = self._model.input_shape
        return compile_reader(shape) if shape else None

    @cached_property
    def _writer(self) -> Writer | None:
        shape = self._model.output_shape
        return compile_writer(shape) if shape else None

    def read(self, params: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Check and convert the input."""
        if self._reader is None:
            return {}, []
        problems = Problems()
        try:
            result = self._reader(dict(params), "", problems)
        except TooManyProblemsError:
            return {}, problems
        return (result if isinstance(result, dict) else {}), problems

    def write(self, answer: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the modelled members of an answer as JSON values."""
        if self._writer is None:
            return {}
        written: dict[str, Any] = self._writer(answer or {})
        return written


class RestJsonService:
    """A server of one service.

    Args:
        service_name: Name of the model in botocore, such as ``iottwinmaker``.
        parts: Objects whose methods implement the operations.
        codes: The service's names for errors that every operation shares.
        throttle: Limits requests per second; None for no limit.
        refusal: Returns why a user or role may not make a call; None if everyone may make all calls.
    """

    def __init__(
        self,
        service_name: str,
        *,
        parts: tuple[object, ...],
        codes: ErrorCodes,
        throttle: Throttle | None,
        refusal: Refusal | None = None,
    ) -> None:
        self.service_name = service_name
        self._codes = codes
        self._throttle = throttle
        self._refusal = refusal
        self._model, self._routes = _load(service_name)
        self._paths: dict[tuple[str, int], list[_Route]] = {}
        for route in self._routes.values():
            self._paths.setdefault((route.method, route.uri.count("/")), []).append(route)
        self._operations = {
            name: operation
            for name in self._routes
            if (operation := _find_operation(parts, xform_name(name)))
        }

    @property
    def implemented(self) -> list[str]:
        """Names of the implemented operations, in order."""
        return sorted(self._operations)

    def call(self, operation: str, params: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        """Run one operation without HTTP: the same checks, the same errors, the same answer.

        Args:
            operation: Its name, such as ``CreateEntity``.
            params: Members of the request; dates as epoch numbers, ISO text or ``datetime``.
            scope: Account and region.

        Returns:
            The members of the answer; dates as epoch seconds.

        Raises:
            ServiceError: The service answers with this error.
        """
        return self._run(self._routes[operation], params, scope)

    def check(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the converted members of a request, without running it.

        Raises:
            ServiceError: A member violates the model; the message names every problem.
        """
        return self._checked(self._routes[operation], params)

    def handle(  # noqa: PLR0917 the parts of an HTTP request in their order, and the caller
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        scope: Scope,
    ) -> Answer:
        """Answer one HTTP request.

        Args:
            method: Such as ``POST``.
            path: The raw path, still percent-encoded (an ARN in it holds slashes).
            query: The raw query string, without ``?``.
            headers: Names in lower case.
            body: The whole body.
            scope: Account and region of the caller.

        Returns:
            The response, also for errors; no exception is raised.
        """
        try:
            route, labels = self._route(method, path)
            limit = self._throttle.exceeded(route.name, scope.key) if self._throttle else None
            if limit is not None:
                raise ServiceError(
                    self._codes.throttled,
                    f"Rate exceeded: {limit} requests a second are allowed; wait and try {route.name} again",
                )
            params = _params(route, labels, query, headers, body)
            self._check_permission(route, params, scope)
            return _answer(route.status, self._run(route, params, scope))
        except ServiceError as error:
            self._set_status(error)
            return _error_answer(error)
        except RecursionError:
            return _error_answer(ServiceError("SerializationException", "the body is nested too deeply"))
        except Exception as error:  # noqa: BLE001 the caller must get an answer, the log the trace
            _LOG.exception("%s %s failed", method, path)
            failure = ServiceError(self._codes.internal, f"{type(error).__name__}: {error}")
            self._set_status(failure)
            return _error_answer(failure)

    def _check_permission(self, route: _Route, params: Mapping[str, Any], scope: Scope) -> None:
        if self._refusal is None or scope.access_key is None:
            return
        refusal = self._refusal(scope.access_key, route.name, params, scope)
        if refusal is not None:
            raise ServiceError("AccessDeniedException", refusal)

    def _run(self, route: _Route, params: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        try:
            operation = self._operations.get(route.name)
            if operation is None:
                raise ServiceError(
                    self._codes.invalid,
                    f"{route.name} is not available in the local service; "
                    f"it offers {', '.join(self.implemented)}",
                )
            return route.write(operation(scope, self._checked(route, params)))
        except ServiceError as error:
            if error.code in self._codes.refusals and error.code not in route.errors:
                error.code = self._codes.invalid
            self._set_status(error)
            raise

    def _checked(self, route: _Route, params: Mapping[str, Any]) -> dict[str, Any]:
        checked, problems = route.read(params)
        if problems:
            plural = "errors" if len(problems) > 1 else "error"
            raise ServiceError(
                self._codes.invalid,
                f"{len(problems)} validation {plural} detected: {'; '.join(problems)}",
            )
        return checked

    def _set_status(self, error: ServiceError) -> None:
        if error.code in self._model.shape_names:
            error_model = self._model.shape_for(error.code).metadata.get("error", {})
            error.status = int(error_model.get("httpStatusCode", 400))

    def _route(self, method: str, path: str) -> tuple[_Route, dict[str, str]]:
        path = path.rstrip("/")
        for route in self._paths.get((method, path.count("/")), ()):
            match = route.path.fullmatch(path)
            if match:
                return route, {name: unquote(text) for name, text in match.groupdict().items()}
        error = ServiceError(
            "UnknownOperationException", f"{self.service_name} has no operation {method} {path}"
        )
        error.status = 404
        raise error


@cache
def _load(service_name: str) -> tuple[ServiceModel, dict[str, _Route]]:
    """Return the model and its routes, those with the most literal text first.

    So "/timeseries/describe" is tried before a "/timeseries/{id}".
    """
    model = service_model(service_name)
    routes = [_Route(model.operation_model(name)) for name in model.operation_names]
    routes.sort(key=lambda route: route.uri.count("{"))
    return model, {route.name: route for route in routes}


def _params(
    route: _Route,
    labels: Mapping[str, str],
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    """Collect the input members from path, query string, headers and body."""
    params = _read_body(body)
    arguments = parse_qs(query, keep_blank_values=True)
    for member in route.members:
        if member.location == "uri":
            params[member.name] = labels[member.wire_name]
        elif member.location == "header" and member.wire_name.lower() in headers:
            text = headers[member.wire_name.lower()]
            params[member.name] = _from_text(text, member.type_name)
        elif member.location == "querystring" and member.wire_name in arguments:
            texts = [_from_text(text, member.type_name) for text in arguments[member.wire_name]]
            params[member.name] = texts if member.is_list else texts[0]
    return params


def _element_shape(shape: Any) -> Any:
    """Return the shape of a list's elements, or the shape itself where it is no list."""
    return shape.member if shape.type_name == "list" else shape


def _find_operation(parts: tuple[object, ...], method: str) -> Operation | None:
    for part in parts:
        operation: Operation | None = getattr(part, method, None)
        if operation:
            return operation
    return None


def _read_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except ValueError as error:
        raise ServiceError("SerializationException", f"the body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ServiceError("SerializationException", "the body must be a JSON object")
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _from_text(text: str, type_name: str) -> Any:
    """Convert a query argument to its type; text that does not fit stays text, which the reader refuses."""
    if type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if type_name in ("integer", "long") and re.fullmatch(r"-?[0-9]{1,19}", text):
        return int(text)
    return text


def _answer(status: int, document: Mapping[str, Any], **headers: str) -> Answer:
    return Answer(
        status,
        {
            "content-type": "application/json",
            "x-amzn-requestid": str(uuid.uuid4()),
            **headers,
        },
        json.dumps(document).encode(),
    )


def _error_answer(error: ServiceError) -> Answer:
    document = {"message": error.message, **error.members}
    return _answer(error.status, document, **{"x-amzn-errortype": quote(error.code, safe="")})
