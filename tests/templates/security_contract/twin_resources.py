"""The resources of one template and how they belong together."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.templates.security_contract.constants import (
    EVALUATOR_HANDLER,
    GUARD_HANDLER,
    MANAGER_HANDLER,
    NATIVE_CONNECTOR,
    UPLOAD_HANDLER,
)
from tests.templates.security_contract.statements import (
    Resource,
    logical_id_of,
    only_name,
)


class TwinResources:
    """The resources of a template, found by type, member and reference."""

    def __init__(self, resources: dict[str, Resource], cors_origins: list[str]) -> None:
        self._resources = resources
        self._cors_origins = cors_origins
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        for name, resource in resources.items():
            self._names[str(resource.get("Type"))].append(name)
        self._workspace = only_name(self._of_type("AWS::IoTTwinMaker::Workspace"))
        self._bucket = only_name(self._of_type("AWS::S3::Bucket"))
        self._handlers = {name: self._get(name, "Handler") for name in self._of_type("AWS::Lambda::Function")}
        self._upload_function = only_name(
            [name for name, handler in self._handlers.items() if handler == UPLOAD_HANDLER]
        )
        self._connectors = [
            name
            for name, handler in self._handlers.items()
            if handler not in (UPLOAD_HANDLER, EVALUATOR_HANDLER, MANAGER_HANDLER, GUARD_HANDLER)
        ]
        self._manager = only_name(
            [name for name, handler in self._handlers.items() if handler == MANAGER_HANDLER]
        )
        self._guard_function = only_name(
            [name for name, handler in self._handlers.items() if handler == GUARD_HANDLER]
        )
        self._guard = only_name(self._of_type("Custom::TwinHistoryGuard"))
        self._evaluator = only_name(
            [name for name, handler in self._handlers.items() if handler == EVALUATOR_HANDLER]
        )

    @property
    def _has_evaluator(self) -> bool:
        return self._evaluator in self._handlers

    def _has_writers(self, function: str) -> bool:
        """Whether a component type has it as dataWriter."""
        arn = {"ImplementedBy": {"Lambda": {"Arn": f"<{function}.Arn>"}}}
        types = self._of_type("AWS::IoTTwinMaker::ComponentType")
        return any((self._get(type_, "Functions") or {}).get("dataWriter") == arn for type_ in types)

    def _has_native_types(self) -> bool:
        types = self._of_type("AWS::IoTTwinMaker::ComponentType")
        return any(NATIVE_CONNECTOR in (self._get(type_, "ExtendsFrom") or []) for type_ in types)

    def _first_action(self, rule: str) -> Resource:
        actions = (self._get(rule, "TopicRulePayload") or {}).get("Actions")
        action: Resource = actions[0] if isinstance(actions, list) and actions else {}
        return action

    def _writes_sitewise(self, rule: str) -> bool:
        return "IotSiteWise" in self._first_action(rule)

    def _rule_role(self, rule: str) -> str:
        (action, *_) = [*self._first_action(rule).values(), {}]
        return logical_id_of((action or {}).get("RoleArn"))

    def _ingest_queue(self) -> str:
        return only_name([name for name in self._of_type("AWS::SQS::Queue") if "Ingest" in name])

    def _alarm_queue(self) -> str:
        return only_name([name for name in self._of_type("AWS::SQS::Queue") if "Alarms" in name])

    @property
    def _workspace_id(self) -> str:
        return str(self._get(self._workspace, "WorkspaceId"))

    def _of_type(self, type_name: str) -> list[str]:
        return self._names.get(type_name, [])

    def _get(self, name: str, member: str) -> Any:
        return self._resources.get(name, {}).get("Properties", {}).get(member)

    def _name_with(self, type_name: str, member: str, value: object) -> str:
        return only_name([name for name in self._of_type(type_name) if self._get(name, member) == value])

    def _role_of(self, user: str) -> str:
        return logical_id_of(self._get(user, "Role"))

    def _uploaded_assets(self) -> list[str]:
        """The keys of the assets with scene files."""
        sources = self._get(only_name(self._of_type("Custom::TwinSceneFiles")), "Sources")
        sources = sources if isinstance(sources, list) else []
        return [str(source.get("Key")) if isinstance(source, dict) else "" for source in sources]

    def _upload_role(self) -> str:
        return f"<{self._role_of(self._upload_function)}>"

    def _log_group_of(self, function: str) -> str:
        return logical_id_of((self._get(function, "LoggingConfig") or {}).get("LogGroup"))
