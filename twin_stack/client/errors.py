"""Errors of calls to AWS: one line each, with the thing to check."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = TypeVar("Answer")

_ENDPOINT = "check the endpoint (AWS_ENDPOINT_URL, AWS_PROFILE) and whether the local twin is up"
_CREDENTIALS = "check your credentials (AWS_PROFILE, `aws sts get-caller-identity`)"
_REMEDIES = {
    "AccessDeniedException": "check that your role may call this operation on the workspace",
    "ConnectorFailureException": "the data connector failed; read the log of its Lambda function",
    "ConnectorTimeoutException": "the data connector took too long; ask for a shorter time or read its log",
    "ExpiredTokenException": _CREDENTIALS,
    "InvalidSignatureException": _CREDENTIALS,
    "ResourceNotFoundException": "check the name, the workspace, the account and the region",
    "ThrottlingException": "too many requests; try again in a moment",
    "UnrecognizedClientException": _CREDENTIALS,
    "ValidationException": "check the arguments; `twin entities` and `twin get` show the names",
    "EndpointConnectionError": _ENDPOINT,
    "ConnectTimeoutError": _ENDPOINT,
    "ReadTimeoutError": _ENDPOINT,
    "NoCredentialsError": _CREDENTIALS,
    "NoRegionError": "set AWS_DEFAULT_REGION, or a region in your profile",
    "ParamValidationError": "check the arguments; `twin entities` and `twin get` show the names",
    "ProfileNotFound": "check AWS_PROFILE and AWS_CONFIG_FILE",
}
_OTHER_REMEDY = "check endpoint, region and credentials"


_MISSING = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchEntity",
        "ResourceNotFoundException",
        # IoT answers so for a rule that does not exist.
        "UnauthorizedException",
    }
)


class TwinClientError(TwinError):
    """AWS could not answer, or holds something else than the caller asked for."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn boto3's errors inside the block into ``TwinClientError``.

    Raises:
        TwinClientError: With the error's code, its message, and what to check.
    """
    # Commands that call no AWS work without boto3, so botocore is imported here.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        raise _client_error(details.get("Code", "Unknown"), details.get("Message", "")) from error
    except BotoCoreError as error:
        raise _client_error(type(error).__name__, str(error)) from error


def is_missing(describe: Callable[[], object]) -> bool:
    """Return whether a resource does not exist.

    Args:
        describe: Describes the resource.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    try:
        describe()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return True
        raise
    return False


def answer_or_code(call: Callable[[], Answer]) -> tuple[Answer | None, str]:
    """Return the answer of a call, or the code with which AWS refuses it.

    Args:
        call: The call.

    Returns:
        The answer and an empty text, or None and the code.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    try:
        return call(), ""
    except ClientError as error:
        return None, str(error.response["Error"]["Code"])


def _client_error(code: str, message: str) -> TwinClientError:
    line = " ".join(message.split()).rstrip(".")
    return TwinClientError(f"{code}: {line or 'no message'}; {_REMEDIES.get(code, _OTHER_REMEDY)}")
