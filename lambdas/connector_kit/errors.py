"""What a connector may raise.

The service has no error body for connectors: whatever a Lambda raises reaches the caller as one
``ConnectorFailureException``. So the message is all a user ever sees of a failure, and each one
says what failed, what was asked and what to check. An empty answer never stands for a failure.
"""


class ConnectorError(Exception):
    """Base of every error a connector raises on purpose.

    Attributes:
        asked: The request in words; added where the request is known.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.asked = ""

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} (asked for: {self.asked})" if self.asked else message


class RequestError(ConnectorError):
    """The event is not a request of the connector contract."""


class TokenError(RequestError):
    """The ``nextToken`` is damaged, or was issued for another request."""


class UnsupportedError(ConnectorError):
    """The event is a valid request for something this connector does not do."""


class ConfigurationError(ConnectorError):
    """The function's environment or the component's definition lacks what the read needs."""


class StoreError(ConnectorError):
    """The store refused, failed or did not answer."""
