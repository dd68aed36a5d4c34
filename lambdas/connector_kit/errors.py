"""Errors of a connector.

The service has no error body for connectors: every error of a Lambda function reaches the caller as
``ConnectorFailureException`` with its message. So each message has what failed, the request and what
to check. A failure never becomes an empty answer.
"""


class ConnectorError(Exception):
    """Base of the errors that connectors raise.

    Attributes:
        request: Description of the request for the message; ``serve`` sets it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.request = ""

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} (request: {self.request})" if self.request else message


class RequestError(ConnectorError):
    """Error of an event that is not a request of the connector contract."""


class TokenError(RequestError):
    """Error of a ``nextToken`` that is damaged or was issued for another request."""


class UnsupportedError(ConnectorError):
    """Error of a valid request that this connector does not support."""


class ConfigurationError(ConnectorError):
    """Error of a setting that is missing in the function's environment or the component's definition."""


class StoreError(ConnectorError):
    """Error of a store that refused a call, failed or did not answer."""
