"""A diagram of a twin: a Mermaid flowchart from its template, with the permissions behind each arrow.

Arrows point in the direction of the data. Everything is derived: nodes are resources; arrows are statements
of the resources' roles, topics of the device policy, and notifications of alarms. Dashed arrows are not
backed by a role: devices have a policy, and the page reads with the credentials of its user.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.terminal_text import printable
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Template = dict[str, Any]

_LOGICAL_ID_HASH: Final = re.compile(r"[0-9A-F]{8}$")
_SQL_TOPIC: Final = re.compile(r"FROM '([^']+)'")
_READ_VERBS: Final = ("Get", "List", "Describe", "Query", "BatchGet", "ExecuteQuery", "InvokeFunction")
_OBEYED_BY_MERMAID: Final = re.compile(r"""[#"<>&`%;{}\[\]|\\]""")
_OBEYED_BY_MARKDOWN: Final = re.compile(r"[\\`*_\[\]<>|~!]")
_MAX_LISTED_ACTIONS: Final = 5
_LINE_WIDTH: Final = 40
_EXCLUDING: Final = "all but "
_SITEWISE: Final = "SiteWise"
_ALARMS: Final = "Alarms"
_SHAPES: Final = {
    "AWS::DynamoDB::Table": "[({})]",
    "AWS::S3::Bucket": "[({})]",
    "AWS::SQS::Queue": "[/{}/]",
    "AWS::Lambda::Function": "([{}])",
}
_TYPE_LABELS: Final = {
    "AWS::DynamoDB::Table": "DynamoDB table",
    "AWS::S3::Bucket": "S3 bucket",
    "AWS::SQS::Queue": "SQS queue",
    "AWS::Lambda::Function": "Lambda function",
    "AWS::IoT::TopicRule": "IoT Core topic rule",
    "AWS::IoTTwinMaker::Workspace": "IoT TwinMaker workspace",
    "AWS::Grafana::Workspace": "Amazon Managed Grafana",
    "AWS::CloudFront::Distribution": "CloudFront distribution",
}
_TWIN_CONTENT: Final = {
    "AWS::IoTTwinMaker::ComponentType": ("component type", "component types"),
    "AWS::IoTTwinMaker::Entity": ("entity", "entities"),
    "AWS::IoTTwinMaker::Scene": ("scene", "scenes"),
}
_SITEWISE_CONTENT: Final = {
    custom_resources.ASSET_MODEL: ("asset model", "asset models"),
    custom_resources.ASSET: ("asset", "assets"),
    custom_resources.ASSETS: ("list of assets", "lists of assets"),
}
_CLOUDWATCH_CONTENT: Final = {
    "AWS::CloudWatch::Alarm": ("alarm", "alarms"),
    "AWS::CloudWatch::Dashboard": ("dashboard", "dashboards"),
}
_IDENTITY_POOLS: Final = "cognito-identity.amazonaws.com"
"""The principal that users of a hosted page are."""

_UPLOAD_HANDLER: Final = "index.handler"
"""The handler of the CDK's own function that copies scenes during a deployment."""


class Permission(NamedTuple):
    """A permission of a role.

    Attributes:
        role: The logical id of the role.
        user: The node that uses the role: a resource, or the principal that may assume it.
        action: The action, such as ``dynamodb:PutItem``.
        target: The node to which the permission applies; empty if the diagram does not show it.
        resource: The resource to which the permission applies, as text.
    """

    role: str
    user: str
    action: str
    target: str
    resource: str


def mermaid(template: Template) -> str:
    """Return the flowchart of a template.

    Args:
        template: The template of a stack with a twin, as the CDK writes it.
    """
    return _Diagram(template).flowchart()


def document(template: Template) -> str:
    """Return flowchart and table of permissions as Markdown.

    Args:
        template: The template of a stack with a twin, as the CDK writes it.
    """
    return f"```mermaid\n{mermaid(template)}\n```\n\n{permissions_table(template)}"


def permissions(template: Template) -> list[Permission]:
    """Return all permissions of a template's roles, in the order of the template.

    Args:
        template: The template of a stack with a twin, as the CDK writes it.
    """
    return list(_Diagram(template).permissions())


def permissions_table(template: Template) -> str:
    """Return a Markdown table of all permissions of a template's roles.

    Args:
        template: The template of a stack with a twin, as the CDK writes it.
    """
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for permission in permissions(template):
        key = permission.role, permission.user, permission.resource
        rows[key].append(permission.action)
    lines = ["| role | used by | actions | resource |", "|---|---|---|---|"]
    for (role, user, resource), actions in rows.items():
        cells = (
            _markdown(_shorten_id(role)),
            _markdown(_shorten_id(user)),
            ", ".join(map(_markdown_code, actions)),
            _markdown_code(resource),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


class _Diagram:
    def __init__(self, template: Template) -> None:
        self._resources: dict[str, dict[str, Any]] = template["Resources"]

    def flowchart(self) -> str:
        edges = [
            *self._device_arrows(),
            *self._role_arrows(),
            *self._notification_arrows(),
            *self._page_arrows(),
        ]
        used = {end for start, end, _, _ in edges} | {start for start, _, _, _ in edges}
        lines = ["flowchart LR"]
        lines += [f"  {_id(name)}{self._shape(name)}" for name in self._ordered(used)]
        for start, end, label, arrow in edges:
            text = f'|"{_mermaid(label)}"| ' if label else ""
            lines.append(f"  {_id(start)} {arrow}{text or ' '}{_id(end)}")
        return "\n".join(lines)

    def permissions(self) -> Iterator[Permission]:
        """Yield the permissions of each role, in the order of the template."""
        for role in self._of_type("AWS::IAM::Role"):
            user = self._user(role)
            for arn in self._properties(role).get("ManagedPolicyArns", ()):
                yield Permission(role, user, _as_text(arn).rpartition("/")[2], "", "AWS managed policy")
            for statement in self._statements(role):
                conditions = "".join(
                    f" where {key} is {_as_text(value)}"
                    for pairs in statement.get("Condition", {}).values()
                    for key, value in pairs.items()
                )
                for action in _listed(statement, "Action"):
                    for resource in _listed(statement, "Resource"):
                        yield Permission(
                            role,
                            user,
                            action,
                            "" if resource.startswith(_EXCLUDING) else self._target(resource),
                            _shorten_resource(resource) + conditions,
                        )

    def _role_arrows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield the arrows of the roles, without logs and deployment functions."""
        actions_by_arrow: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for permission in self.permissions():
            user, target, action = permission.user, permission.target, permission.action
            if not target or target == user or self._is_upload(user):
                continue
            is_read = action.partition(":")[2].startswith(_READ_VERBS)
            ends = (target, user) if is_read else (user, target)
            actions = actions_by_arrow[(*ends, permission.role)]
            if action not in actions:
                actions.append(action)
        for (start, end, role), actions in actions_by_arrow.items():
            yield start, end, f"{_shorten_id(role)}<br/>{_summarize_actions(actions)}", "-->"

    def _device_arrows(self) -> Iterator[tuple[str, str, str, str]]:
        policy = next(iter(self._of_type("AWS::IoT::Policy")), None)
        for rule in self._of_type("AWS::IoT::TopicRule"):
            sql = self._properties(rule)["TopicRulePayload"]["Sql"]
            topic = _SQL_TOPIC.search(_as_text(sql))
            label = f"{_shorten_id(policy)}<br/>iot:Publish {topic[1] if topic else ''}" if policy else ""
            yield "Devices", rule, label, "-.->"

    def _notification_arrows(self) -> Iterator[tuple[str, str, str, str]]:
        alarms_by_topic: Counter[str] = Counter()
        for alarm in self._of_type("AWS::CloudWatch::Alarm"):
            alarms_by_topic.update(
                _as_text(topic) for topic in self._properties(alarm).get("AlarmActions", ())
            )
        for topic, count in alarms_by_topic.items():
            yield _ALARMS, topic, f"{count} alarms", "-->"

    def _page_arrows(self) -> Iterator[tuple[str, str, str, str]]:
        for workspace in self._of_type("AWS::IoTTwinMaker::Workspace"):
            yield workspace, "Page", "credentials of its user<br/>iottwinmaker:Get…, List…", "-.->"
        for distribution in self._of_type("AWS::CloudFront::Distribution"):
            for origin in self._properties(distribution)["DistributionConfig"]["Origins"]:
                bucket = self._target(_as_text(origin["DomainName"]))
                yield bucket, distribution, "its bucket policy<br/>s3:GetObject", "-->"
            yield distribution, _IDENTITY_POOLS, "page of files", "-->"

    def _statements(self, role: str) -> Iterator[dict[str, Any]]:
        inline = [policy["PolicyDocument"] for policy in self._properties(role).get("Policies", ())]
        attached = [
            self._properties(policy)["PolicyDocument"]
            for type_name in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
            for policy in self._of_type(type_name)
            if {"Ref": role} in self._properties(policy).get("Roles", ())
        ]
        for policy in (*inline, *attached):
            statements = _as_list(policy["Statement"])
            yield from (statement for statement in statements if statement["Effect"] == "Allow")

    def _user(self, role: str) -> str:
        """Return the resource that uses a role, or else the principal that may assume it."""
        for name, resource in self._resources.items():
            if resource["Type"] in _TYPE_LABELS and _refers_to_role(resource.get("Properties", {}), role):
                return name
        (statement, *_) = _as_list(self._properties(role)["AssumeRolePolicyDocument"]["Statement"])
        principal = statement["Principal"]
        if isinstance(principal, dict):
            (principal, *_) = principal.values()
        trusted = self._target(_as_text(principal))
        # A role that another role of the template may assume is used by the user of that role.
        return self._user(trusted) if trusted in self._of_type("AWS::IAM::Role") else _as_text(principal)

    def _target(self, text: str) -> str:
        if ":iotsitewise:" in text:
            return _SITEWISE
        for name in re.findall(r"<(\w+)[.>]", text):
            type_name = self._resources.get(name, {}).get("Type")
            if type_name in _TYPE_LABELS or type_name == "AWS::IAM::Role":
                return str(name)
        return text if ":sns:" in text else ""

    def _shape(self, name: str) -> str:
        type_name = self._resources.get(name, {}).get("Type", "")
        return _SHAPES.get(type_name, "[{}]").format(f'"{_mermaid(self._label(name))}"')

    def _label(self, name: str) -> str:
        fixed = {
            "Devices": "Devices",
            "Page": "Page",
            _SITEWISE: f"IoT SiteWise<br/>{self._counted(_SITEWISE_CONTENT)}",
            _ALARMS: f"CloudWatch<br/>{self._counted(_CLOUDWATCH_CONTENT)}",
        }
        if name in fixed:
            return fixed[name].removesuffix("<br/>")
        resource = self._resources.get(name)
        if resource is None:
            if name == _IDENTITY_POOLS:
                return "Signed-in users<br/>of the hosted page"
            label = "SNS topic" if ":sns:" in name else "Grafana"
            return f"{label}<br/>{name.rpartition(':')[2]}"
        label = _TYPE_LABELS[resource["Type"]]
        if resource["Type"] == "AWS::IoTTwinMaker::Workspace":
            return f"{label}<br/>{self._counted(_TWIN_CONTENT)}"
        return f"{label}<br/>{_shorten_id(name)}"

    def _counted(self, content: Mapping[str, tuple[str, str]]) -> str:
        """Return the numbers of resources of some types, in words."""
        counts = Counter(resource["Type"] for resource in self._resources.values())
        return ", ".join(
            f"{counts[type_name]} {singular if counts[type_name] == 1 else plural}"
            for type_name, (singular, plural) in content.items()
            if counts[type_name]
        )

    def _ordered(self, used: set[str]) -> list[str]:
        """Return the nodes in the order of the template, so that a new resource is a new line."""
        nodes = ["Devices", *self._resources, _SITEWISE, _ALARMS, "Page"]
        return [name for name in nodes if name in used] + sorted(used - set(nodes))

    def _is_upload(self, name: str) -> bool:
        return bool(self._resources.get(name, {}).get("Properties", {}).get("Handler") == _UPLOAD_HANDLER)

    def _of_type(self, type_name: str) -> list[str]:
        return [name for name, resource in self._resources.items() if resource["Type"] == type_name]

    def _properties(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self._resources[name]["Properties"]
        return properties


def _summarize_actions(actions: list[str]) -> str:
    """Return the actions with one line for each service; a long list as counts of its leading verbs."""
    by_service: dict[str, list[str]] = defaultdict(list)
    for action in actions:
        service, _, name = action.partition(":")
        by_service[service].append(name)
    lines = []
    for service, names in by_service.items():
        verbs = Counter((re.findall("[A-Z][a-z]+", name) or [name])[0] for name in names)
        items = (
            [f"{verb}… ({count})" for verb, count in verbs.items()]
            if len(names) > _MAX_LISTED_ACTIONS
            else names
        )
        lines += textwrap.wrap(f"{service}:{', '.join(items)}", _LINE_WIDTH)
    return "<br/>".join(lines)


def _refers_to_role(value: Any, role: str) -> bool:
    """Return whether properties refer to the ARN of a role."""
    match value:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return bool(name == role)
        case dict():
            return any(_refers_to_role(item, role) for item in value.values())
        case list():
            return any(_refers_to_role(item, role) for item in value)
        case _:
            return False


def _as_text(value: Any) -> str:
    match value:
        case str(text):
            return text
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(_as_text, parts))
        case list():
            return ", ".join(map(_as_text, value))
        case _:
            return str(value)


def _shorten_resource(text: str) -> str:
    """Return a resource without hashes and without the common prefix of ARNs."""
    short = re.sub(r"arn:(<AWS::Partition>|aws):(\w+):[^:]*:[^:]*:", r"\2:", text)
    # The key of an asset is the hash of its content, which changes with each line of code.
    short = re.sub(r"/[0-9a-f]{64}\.", "/<hash>.", short)
    return re.sub(r"<(\w+?)(?:[0-9A-F]{8})?(?:\.Arn)?>", r"<\1>", short)


def _shorten_id(name: str) -> str:
    """Return a logical id without its hash, or the last part of an ARN."""
    return _LOGICAL_ID_HASH.sub("", name.rpartition(":")[2])


def _mermaid(label: str) -> str:
    """Return a label with what Mermaid and HTML obey as entities of Mermaid, except ``<br/>``."""
    lines = (printable(line) for line in label.split("<br/>"))
    return "<br/>".join(_OBEYED_BY_MERMAID.sub(lambda match: f"#{ord(match[0])};", line) for line in lines)


def _markdown(text: str) -> str:
    """Return a text for a cell of a Markdown table, without markup."""
    return _OBEYED_BY_MARKDOWN.sub(r"\\\g<0>", printable(text)).replace("&", "&amp;")


def _markdown_code(text: str) -> str:
    """Return a text as code for a cell of a Markdown table."""
    code = printable(text).replace("|", r"\|")
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{code}{space}{fence}"


def _listed(statement: dict[str, Any], member: str) -> list[str]:
    """Return the actions or resources of a statement as text; excluded ones begin with ``_EXCLUDING``."""
    if member in statement:
        return [_as_text(item) for item in _as_list(statement[member])]
    return [f"{_EXCLUDING}{_as_text(item)}" for item in _as_list(statement.get(f"Not{member}", []))]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _id(name: str) -> str:
    return re.sub(r"\W", "_", name)
