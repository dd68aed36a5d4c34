"""The security contract of topic rules and the policy of devices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.constructs.statements import flat
from tests.templates.security_contract.constants import (
    IOT_ARN,
    SITEWISE_ENTRIES,
    THING,
)
from tests.templates.security_contract.statements import (
    Resource,
    only_name,
)
from tests.templates.security_contract.twin_resources import TwinResources

if TYPE_CHECKING:
    from collections.abc import Iterator


class DeviceRules(TwinResources):
    """Expected properties of what devices may use."""

    def _topic_rule_rule(self, name: str) -> Resource:
        """It puts rows into the twin's table or values into SiteWise; what it cannot put, into a queue."""
        payload = self._get(name, "TopicRulePayload") or {}
        role = f"<{self._rule_role(name)}.Arn>"
        if self._writes_sitewise(name):
            actions: list[Resource] = [{"IotSiteWise": {"RoleArn": role, SITEWISE_ENTRIES: "of this twin"}}]
        else:
            table = only_name(self._of_type("AWS::DynamoDB::Table"))
            actions = [{"DynamoDBv2": {"PutItem": {"TableName": f"<{table}>"}, "RoleArn": role}}]
        prefix = f"{self._workspace_id.replace('-', '_')}_"
        rule_name = str(self._get(name, "RuleName"))
        return {
            "RuleName": rule_name if rule_name.startswith(prefix) else f"{prefix}*",
            "TopicRulePayload": {
                "Actions": actions,
                "ErrorAction": {
                    "Sqs": {"QueueUrl": f"<{self._ingest_queue()}>", "RoleArn": role, "UseBase64": False}
                },
                **{key: payload.get(key) for key in ("AwsIotSqlVersion", "RuleDisabled", "Sql")},
            },
        }

    def _foreign_stream_problems(self) -> Iterator[str]:
        """Values are written only to streams of this twin, for any message."""
        # A part of the topic has no slash in it, so that no device leaves the twin's own aliases.
        own_alias = re.compile(rf"/{re.escape(self._workspace_id)}/<topic\([1-8]\)>/\w+")
        members = {"EntryId", "PropertyAlias", "PropertyValues"}
        for rule in self._of_type("AWS::IoT::TopicRule"):
            for entry in self._first_action(rule).get("IotSiteWise", {}).get(SITEWISE_ENTRIES) or []:
                has_members = isinstance(entry, dict) and entry.keys() <= members
                if not has_members or not own_alias.fullmatch(flat(entry.get("PropertyAlias", ""))):
                    yield f"{rule}: {entry} is not of a stream of this twin"

    def _device_policy_rule(self, name: str) -> Resource:
        """A device connects and publishes under the name of its thing."""
        statements = (self._get(name, "PolicyDocument") or {}).get("Statement") or [{}]
        last = statements[-1] if isinstance(statements, list) else {}
        topics = last.get("Resource") if isinstance(last, dict) else None
        own_topic = re.compile(rf"{re.escape(IOT_ARN)}:topic/([^*/]+/)*{re.escape(THING)}(/[^*/]+)*")
        are_own = (
            isinstance(topics, list) and topics and all(own_topic.fullmatch(str(topic)) for topic in topics)
        )
        return {
            "PolicyName": f"{self._workspace_id}-devices",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "iot:Connect",
                        "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
                        "Effect": "Allow",
                        "Resource": f"{IOT_ARN}:client/{THING}",
                    },
                    {
                        "Action": "iot:Publish",
                        "Effect": "Allow",
                        "Resource": topics if are_own else "topics of the thing alone",
                    },
                ],
            },
        }
