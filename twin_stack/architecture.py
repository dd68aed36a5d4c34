"""The picture of a twin: from its template to a Mermaid flowchart, with what each arrow may do.

Arrows go the way data goes. Nothing is drawn by hand: nodes are resources, arrows are statements of the roles
that resources have, the topics of the device policy, and what alarms notify. Two kinds of arrows are no
role's and are dashed: devices, which have a policy, and the page, which reads with its reader's credentials.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Template = dict[str, Any]

_HASH: Final = re.compile(r"[0-9A-F]{8}$")
_FROM: Final = re.compile(r"FROM '([^']+)'")
_READS: Final = ("Get", "List", "Describe", "Query", "BatchGet", "ExecuteQuery", "InvokeFunction")
_MANY: Final = 5
_WIDTH: Final = 40
_SITEWISE: Final = "SiteWise"
_ALARMS: Final = "Watch"
_SHAPES: Final = {
    "AWS::DynamoDB::Table": "[({})]",
    "AWS::S3::Bucket": "[({})]",
    "AWS::SQS::Queue": "[/{}/]",
    "AWS::Lambda::Function": "([{}])",
}
_WORDS: Final = {
    "AWS::DynamoDB::Table": "DynamoDB table",
    "AWS::S3::Bucket": "S3 bucket",
    "AWS::SQS::Queue": "SQS queue",
    "AWS::Lambda::Function": "Lambda function",
    "AWS::IoT::TopicRule": "IoT Core topic rule",
    "AWS::IoTTwinMaker::Workspace": "IoT TwinMaker workspace",
    "AWS::Grafana::Workspace": "Amazon Managed Grafana",
}
_CONTENT: Final = {
    "AWS::IoTTwinMaker::ComponentType": ("component type", "component types"),
    "AWS::IoTTwinMaker::Entity": ("entity", "entities"),
    "AWS::IoTTwinMaker::Scene": ("scene", "scenes"),
}
_MODELLED: Final = {
    "AWS::IoTSiteWise::AssetModel": ("asset model", "asset models"),
    "AWS::IoTSiteWise::Asset": ("asset", "assets"),
}
_WATCHED: Final = {
    "AWS::CloudWatch::Alarm": ("alarm", "alarms"),
    "AWS::CloudWatch::Dashboard": ("dashboard", "dashboards"),
}
_UPLOADS: Final = "index.handler"
"""Handler of the CDK's own function that copies scenes while a stack is deployed."""


class Permission(NamedTuple):
    """What a role allows.

    Attributes:
        role: Logical id of the role.
        user: Node of who has the role: a resource, or the principal that may assume it.
        action: Such as `dynamodb:PutItem`.
        target: Node that it is allowed on; empty where it is none of the picture.
        resource: What it is allowed on, as text.
    """

    role: str
    user: str
    action: str
    target: str
    resource: str


def mermaid(template: Template) -> str:
    """Return the flowchart of a template.

    Args:
        template: Of a stack with a twin, as CDK writes it.
    """
    return _Picture(template).flowchart()


def document(template: Template) -> str:
    """Return picture and table as Markdown.

    Args:
        template: Of a stack with a twin, as CDK writes it.
    """
    return f"```mermaid\n{mermaid(template)}\n```\n\n{permissions_table(template)}"


def permissions_table(template: Template) -> str:
    """Return a Markdown table of everything that the roles of a template allow.

    Args:
        template: Of a stack with a twin, as CDK writes it.
    """
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in _Picture(template).permissions():
        rows[one.role, one.user, one.resource].append(one.action)
    lines = ["| role | of | may | on |", "|---|---|---|---|"]
    for (role, user, resource), actions in rows.items():
        listed = ", ".join(f"`{action}`" for action in actions)
        lines.append(f"| {_short(role)} | {_short(user)} | {listed} | `{resource}` |")
    return "\n".join(lines)


class _Picture:
    def __init__(self, template: Template) -> None:
        self._resources: dict[str, dict[str, Any]] = template["Resources"]

    def flowchart(self) -> str:
        edges = [*self._from_devices(), *self._allowed(), *self._notified(), *self._to_page()]
        used = {end for start, end, _, _ in edges} | {start for start, _, _, _ in edges}
        lines = ["flowchart LR"]
        lines += [f"  {_id(name)}{self._shape(name)}" for name in self._ordered(used)]
        for start, end, label, arrow in edges:
            words = f'|"{label}"| ' if label else ""
            lines.append(f"  {_id(start)} {arrow}{words or ' '}{_id(end)}")
        return "\n".join(lines)

    def permissions(self) -> Iterator[Permission]:
        """Yield what each role allows, in the order of the template."""
        for role in self._of("AWS::IAM::Role"):
            user = self._user(role)
            for arn in self._properties(role).get("ManagedPolicyArns", ()):
                yield Permission(role, user, _flat(arn).rpartition("/")[2], "", "as AWS manages it")
            for statement in self._statements(role):
                where = "".join(
                    f" where {key} is {_flat(value)}"
                    for pairs in statement.get("Condition", {}).values()
                    for key, value in pairs.items()
                )
                for action in _listed(statement["Action"]):
                    for resource in map(_flat, _listed(statement["Resource"])):
                        yield Permission(role, user, action, self._target(resource), _shown(resource) + where)

    def _allowed(self) -> Iterator[tuple[str, str, str, str]]:
        """Arrows of the roles, without logs and without what runs only while a stack is deployed."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for one in self.permissions():
            if not one.target or one.target == one.user or self._is_upload(one.user):
                continue
            is_read = one.action.partition(":")[2].startswith(_READS)
            ends = (one.target, one.user) if is_read else (one.user, one.target)
            actions = found[(*ends, one.role)]
            if one.action not in actions:
                actions.append(one.action)
        for (start, end, role), actions in found.items():
            yield start, end, f"{_short(role)}<br/>{_summed(actions)}", "-->"

    def _from_devices(self) -> Iterator[tuple[str, str, str, str]]:
        policy = next(iter(self._of("AWS::IoT::Policy")), None)
        for rule in self._of("AWS::IoT::TopicRule"):
            sql = self._properties(rule)["TopicRulePayload"]["Sql"]
            topic = _FROM.search(_flat(sql))
            words = f"{_short(policy)}<br/>iot:Publish {topic[1] if topic else ''}" if policy else ""
            yield "Devices", rule, words, "-.->"

    def _notified(self) -> Iterator[tuple[str, str, str, str]]:
        told: Counter[str] = Counter()
        for alarm in self._of("AWS::CloudWatch::Alarm"):
            told.update(_flat(one) for one in self._properties(alarm).get("AlarmActions", ()))
        for topic, count in told.items():
            yield _ALARMS, topic, f"{count} alarms", "-->"

    def _to_page(self) -> Iterator[tuple[str, str, str, str]]:
        for workspace in self._of("AWS::IoTTwinMaker::Workspace"):
            yield workspace, "Page", "whoever opens it<br/>iottwinmaker:Get…, List…", "-.->"

    def _statements(self, role: str) -> Iterator[dict[str, Any]]:
        inline = [one["PolicyDocument"] for one in self._properties(role).get("Policies", ())]
        attached = [
            self._properties(policy)["PolicyDocument"]
            for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
            for policy in self._of(kind)
            if {"Ref": role} in self._properties(policy).get("Roles", ())
        ]
        for policy in (*inline, *attached):
            yield from (one for one in policy["Statement"] if one["Effect"] == "Allow")

    def _user(self, role: str) -> str:
        """Return the resource that has a role, or else who may assume it."""
        for name, resource in self._resources.items():
            if resource["Type"] in _WORDS and _names(resource.get("Properties", {}), role):
                return name
        (statement, *_) = self._properties(role)["AssumeRolePolicyDocument"]["Statement"]
        (principal,) = statement["Principal"].values()
        trusted = self._target(_flat(principal))
        # A role that trusts another role of the template is had by who has that one.
        return self._user(trusted) if trusted in self._of("AWS::IAM::Role") else _flat(principal)

    def _target(self, text: str) -> str:
        if ":iotsitewise:" in text:
            return _SITEWISE
        for name in re.findall(r"<(\w+)[.>]", text):
            kind = self._resources.get(name, {}).get("Type")
            if kind in _WORDS or kind == "AWS::IAM::Role":
                return str(name)
        return text if ":sns:" in text else ""

    def _shape(self, name: str) -> str:
        kind = self._resources.get(name, {}).get("Type", "")
        return _SHAPES.get(kind, "[{}]").format(f'"{self._label(name)}"')

    def _label(self, name: str) -> str:
        fixed = {
            "Devices": "Devices",
            "Page": "Page",
            _SITEWISE: f"IoT SiteWise<br/>{self._counted(_MODELLED)}",
            _ALARMS: f"CloudWatch<br/>{self._counted(_WATCHED)}",
        }
        if name in fixed:
            return fixed[name].removesuffix("<br/>")
        resource = self._resources.get(name)
        if resource is None:
            is_topic = ":sns:" in name
            words = "SNS topic" if is_topic else "Grafana"
            return f"{words}<br/>{name.rpartition(':')[2]}"
        words = _WORDS[resource["Type"]]
        if resource["Type"] == "AWS::IoTTwinMaker::Workspace":
            return f"{words}<br/>{self._counted(_CONTENT)}"
        return f"{words}<br/>{_short(name)}"

    def _counted(self, content: Mapping[str, tuple[str, str]]) -> str:
        """How many there are of some types, in words."""
        counts = Counter(one["Type"] for one in self._resources.values())
        return ", ".join(
            f"{counts[kind]} {one if counts[kind] == 1 else many}"
            for kind, (one, many) in content.items()
            if counts[kind]
        )

    def _ordered(self, used: set[str]) -> list[str]:
        """The nodes as they stand in the template, so that one more resource is one more line."""
        known = ["Devices", *self._resources, _SITEWISE, _ALARMS, "Page"]
        return [name for name in known if name in used] + sorted(used - set(known))

    def _is_upload(self, name: str) -> bool:
        return bool(self._resources.get(name, {}).get("Properties", {}).get("Handler") == _UPLOADS)

    def _of(self, kind: str) -> list[str]:
        return [name for name, one in self._resources.items() if one["Type"] == kind]

    def _properties(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._resources[name]["Properties"]
        return found


def _summed(actions: list[str]) -> str:
    """The actions in one line a service; a long list by what its actions begin with."""
    by_service: dict[str, list[str]] = defaultdict(list)
    for action in actions:
        service, _, name = action.partition(":")
        by_service[service].append(name)
    lines = []
    for service, names in by_service.items():
        begins = Counter((re.findall("[A-Z][a-z]+", name) or [name])[0] for name in names)
        shown = [f"{word}… ({count})" for word, count in begins.items()] if len(names) > _MANY else names
        lines += textwrap.wrap(f"{service}:{', '.join(shown)}", _WIDTH)
    return "<br/>".join(lines)


def _names(value: Any, role: str) -> bool:
    """Whether properties hold the ARN of a role as their own."""
    match value:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return bool(name == role)
        case dict():
            return any(_names(one, role) for one in value.values())
        case list():
            return any(_names(one, role) for one in value)
        case _:
            return False


def _flat(value: Any) -> str:
    match value:
        case str(text):
            return text
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(_flat, parts))
        case list():
            return ", ".join(map(_flat, value))
        case _:
            return str(value)


def _shown(text: str) -> str:
    """A resource for people: without hashes, and without what all ARNs begin with."""
    short = re.sub(r"arn:(<AWS::Partition>|aws):(\w+):[^:]*:[^:]*:", r"\2:", text)
    return re.sub(r"<(\w+?)(?:[0-9A-F]{8})?(?:\.Arn)?>", r"<\1>", short)


def _short(name: str) -> str:
    """A logical id without its hash; an ARN's last part."""
    return _HASH.sub("", name.rpartition(":")[2])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _id(name: str) -> str:
    return re.sub(r"\W", "_", name)
