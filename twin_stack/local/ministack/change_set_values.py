"""ministack's DescribeChangeSet, with AWS's warning that values of properties are missing.

AWS answers ``IncludePropertyValues`` with a warning where it leaves values out; ministack has none and does
not say so. The CDK CLI then compares both templates itself to find what the answer hides, for which it loads
the schemas of all resource types: a third of the processor time of a deployment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Response = tuple[int, Mapping[str, str], bytes]
    Handle = Callable[..., Awaitable[Response]]

_WITHOUT_REASON: Final = b"<Status>CREATE_COMPLETE</Status><StatusReason></StatusReason>"
_WITH_WARNING: Final = (
    b"<Status>CREATE_COMPLETE</Status><StatusReason>[WARN] --include-property-values option can return "
    b"incomplete ChangeSet data because: the embedded AWS keeps no values of properties</StatusReason>"
)


def warn_of_missing_values(cloudformation: Any) -> None:
    """Answer requests for change sets with values of properties as AWS does where it leaves values out.

    Args:
        cloudformation: ministack's module of this name.
    """
    cloudformation.handle_request = add_warning(cloudformation.handle_request)


def add_warning(handle: Handle) -> Handle:
    """Return a request handler that adds the warning.

    Args:
        handle: ministack's handler of CloudFormation's requests.
    """

    async def handle_request(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any
    ) -> Response:
        response = await handle(method, path, headers, body, query_params)
        if b"Action=DescribeChangeSet" not in body or b"IncludePropertyValues=true" not in body:
            return response
        status, response_headers, content = response
        return status, response_headers, content.replace(_WITHOUT_REASON, _WITH_WARNING)

    return handle_request
