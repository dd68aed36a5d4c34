"""The security contract of functions and what invokes them."""

from __future__ import annotations

from tests.templates.security_contract.constants import (
    DYNAMODB_HANDLER,
    EVALUATOR_HANDLER,
    GUARD_HANDLER,
    MANAGER_HANDLER,
    SITEWISE_HANDLER,
    UPLOAD_HANDLER,
)
from tests.templates.security_contract.statements import (
    Resource,
    asset_code,
    only_name,
)
from tests.templates.security_contract.twin_resources import TwinResources


class FunctionRules(TwinResources):
    """Expected properties of functions, stream mappings and permissions."""

    def _function_rule(self, name: str) -> Resource:
        handler = self._handlers[name]
        timeout, max_timeout = (
            self._get(name, "Timeout"),
            {UPLOAD_HANDLER: 900, MANAGER_HANDLER: 900, EVALUATOR_HANDLER: 60, GUARD_HANDLER: 60}.get(
                handler, 30
            ),
        )
        expected: Resource = {
            "Architectures": ["arm64"],
            "Code": asset_code(self._get(name, "Code")),
            "Handler": handler
            if handler
            in {
                DYNAMODB_HANDLER,
                SITEWISE_HANDLER,
                MANAGER_HANDLER,
                EVALUATOR_HANDLER,
                UPLOAD_HANDLER,
                GUARD_HANDLER,
            }
            else "of a connector",
            "LoggingConfig": {
                "ApplicationLogLevel": "INFO",
                "LogFormat": "JSON",
                "LogGroup": f"<{self._log_group_of(name)}>",
            },
            "Role": self._get(name, "Role"),
            "Runtime": "python3.14",
            "Timeout": timeout
            if isinstance(timeout, int) and 0 < timeout <= max_timeout
            else f"1 to {max_timeout}",
        }
        if handler in (DYNAMODB_HANDLER, EVALUATOR_HANDLER):
            table = only_name(self._of_type("AWS::DynamoDB::Table"))
            expected["Environment"] = {"Variables": {"TABLE_NAME": f"<{table}>"}}
        if handler == EVALUATOR_HANDLER:
            # Times of ten years ago until ten minutes ahead: the defaults, which the models keep.
            expected["Environment"]["Variables"] |= {
                "DEAD_LETTER_QUEUE_URL": f"<{self._alarm_queue()}>",
                "MAX_AGE_SECONDS": "315360000",
                "MAX_AHEAD_SECONDS": "600",
            }
        if handler == SITEWISE_HANDLER:
            alias = f"/{self._workspace_id}/${{entityId}}/${{partPath}}${{propertyName}}"
            expected["Environment"] = {"Variables": {"PROPERTY_ALIAS": alias}}
        return expected

    def _stream_mapping_rule(self, _: str) -> Resource:
        table = only_name(self._of_type("AWS::DynamoDB::Table"))
        return {
            "DestinationConfig": {"OnFailure": {"Destination": f"<{self._alarm_queue()}.Arn>"}},
            "EventSourceArn": f"<{table}.StreamArn>",
            "FunctionName": f"<{self._evaluator}>",
        }

    def _permission_rule(self, _: str) -> Resource:
        return {
            "Action": "lambda:InvokeFunction",
            "FunctionName": f"<{self._evaluator}.Arn>",
            "Principal": "events.amazonaws.com",
            "SourceArn": f"<{only_name(self._of_type('AWS::Events::Rule'))}.Arn>",
        }
