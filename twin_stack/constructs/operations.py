"""The CloudWatch dashboard of a twin, and alarms on its health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sns as sns

    from twin_stack.constructs.alarm_evaluator import AlarmEvaluator
    from twin_stack.constructs.data_connector import IDataConnector
    from twin_stack.constructs.dead_letters import DeadLetters
    from twin_stack.constructs.telemetry_ingest import TelemetryIngest
    from twin_stack.constructs.workspace_base import IWorkspace
from twin_stack.constructs.operations_thresholds import OperationsThresholds

PERIOD: Final = Duration.minutes(5)
"""What alarms count over."""

SLOW_PERIODS: Final = 3
"""One slow answer is none; a quarter of an hour of them is."""

_WIDTH: Final = 24

_HEIGHT: Final = 6


class Operations(Construct):
    """A dashboard of a twin, and an alarm on each thing that keeps values from being seen.

    Watched are the connectors (errors, throttles, the slowest answers, cold starts), topic rules (failed
    actions), dead letters, the alarm evaluator (lag behind the table's stream) and the service itself
    (entities and component types that could not be created, updated or deleted). The evaluator's errors
    have no alarm: a batch that fails comes again, and shows as lag or in the dead letters.

    Cold starts are counted from the line that our connectors log of each request, which holds
    `coldStart`; connectors of your own that run on the connector kit and log as JSON have it too.

    Failures of topic rules and of the service are sums over dimensions that are not known here (the type
    of the action; ids of entities), so their alarms are CloudWatch Metrics Insights queries. CloudWatch
    prices such an alarm by the metrics it finds. That the service publishes these metrics with these
    dimensions says its guide ("Monitoring with Amazon CloudWatch metrics"); it was not tried in AWS [U].

    Example:
        ```python
        Operations(
            self,
            "Operations",
            workspace=twin.workspace,
            connectors=twin.connectors,
            topic=sns.Topic.from_topic_arn(self, "Pager", pager_arn),
        )
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        workspace: the workspace.
        connectors: its connectors by a name for people. Default: none.
        rules: topic rules by a name for people. Default: none.
        dead_letters: queues by a name for people; their own alarms are used. Default: none.
        alarm_evaluator: works out the twin's alarms; its own alarm on lag is used. Default: none.
        topic: is told when one of the alarms is raised, and when it is over. It has to let
            `cloudwatch.amazonaws.com` publish, and its key, if it has one. Default: nobody is told.
        thresholds: from where on alarms are raised; `stream_lag_seconds` is for who makes the evaluator.
            Default: `OperationsThresholds()`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        connectors: Mapping[str, IDataConnector] = {},
        rules: Mapping[str, TelemetryIngest] = {},
        dead_letters: Mapping[str, DeadLetters] = {},
        alarm_evaluator: AlarmEvaluator | None = None,
        topic: sns.ITopic | None = None,
        thresholds: OperationsThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._thresholds = thresholds or OperationsThresholds()
        self._alarms: list[cloudwatch.Alarm] = []
        rows = [self._watch_connectors(workspace, connectors)] if connectors else []
        if rules:
            rows.append(self._watch_rules(rules))
        if dead_letters or alarm_evaluator is not None:
            rows.append(self._watch_flow(dead_letters, alarm_evaluator))
        rows.append(self._watch_workspace(workspace))
        if topic is not None:
            action = actions.SnsAction(topic)
            for alarm in self._alarms:
                alarm.add_alarm_action(action)
                alarm.add_ok_action(action)
        status = cloudwatch.AlarmStatusWidget(title="Alarms", width=_WIDTH, alarms=[*self._alarms])
        self._dashboard = cloudwatch.Dashboard(
            self, "Dashboard", default_interval=Duration.hours(3), widgets=[[status], *rows]
        )

    @property
    def dashboard(self) -> cloudwatch.Dashboard:
        """The dashboard."""
        return self._dashboard

    @property
    def alarms(self) -> Sequence[cloudwatch.Alarm]:
        """All alarms that are shown on it, those of others among them."""
        return tuple(self._alarms)

    def _watch_connectors(
        self, workspace: IWorkspace, connectors: Mapping[str, IDataConnector]
    ) -> list[cloudwatch.IWidget]:
        scope = Construct(self, "Connectors")
        limits = self._thresholds
        failures: list[cloudwatch.IMetric] = []
        durations: list[cloudwatch.IMetric] = []
        calls: list[cloudwatch.IMetric] = []
        for name, connector in connectors.items():
            place = Construct(scope, name)
            errors = connector.metric_errors(period=PERIOD)
            throttles = connector.metric_throttles(period=PERIOD)
            slowest = connector.metric_duration(period=PERIOD, statistic="p99")
            said = f"Connector {name}:"
            self._alarm(place, "Errors", errors, limits.connector_errors, f"{said} reads of the twin fail")
            self._alarm(
                place,
                "Throttles",
                throttles,
                limits.connector_throttles,
                f"{said} reads of the twin are refused, for too many functions run at once",
            )
            longest = _timeout(connector)
            if longest is not None:
                self._alarm(
                    place,
                    "Duration",
                    slowest,
                    longest.to_milliseconds() * limits.connector_duration_percent / 100,
                    f"{said} the slowest answers come near its timeout of {longest.to_human_string()}",
                    periods=SLOW_PERIODS,
                )
            failures += [_labelled(errors, f"{name} errors"), _labelled(throttles, f"{name} throttles")]
            durations.append(_labelled(slowest, f"{name} p99"))
            calls.append(_labelled(connector.metric_invocations(period=PERIOD), f"{name} calls"))
            cold = _cold_starts(place, workspace.literal_workspace_id, name, connector)
            if cold is not None:
                said_of_starts = f"{said} many answers wait for a function to start"
                self._alarm(place, "ColdStarts", cold, limits.cold_starts, said_of_starts)
                calls.append(_labelled(cold, f"{name} cold starts"))
        return _row(
            {
                "Connectors: failures": failures,
                "Connectors: duration (ms)": durations,
                "Connectors: calls": calls,
            }
        )

    def _watch_rules(self, rules: Mapping[str, TelemetryIngest]) -> list[cloudwatch.IWidget]:
        scope = Construct(self, "Rules")
        failures: list[cloudwatch.IMetric] = []
        messages: list[cloudwatch.IMetric] = []
        for name, rule in rules.items():
            failed = rule.metric_failures(period=PERIOD)
            self._alarm(
                Construct(scope, name),
                "Failures",
                failed,
                self._thresholds.rule_failures,
                f"Topic rule {name}: what devices publish on {rule.topic} is not written",
            )
            failures += [
                _labelled(failed, f"{name} failures"),
                _labelled(rule.metric_parse_errors(period=PERIOD), f"{name} not JSON"),
                _labelled(rule.metric_throttles(period=PERIOD), f"{name} throttled"),
            ]
            messages.append(_labelled(rule.metric_matches(period=PERIOD), name))
        return _row({"Topic rules: failures": failures, "Topic rules: messages": messages})

    def _watch_flow(
        self, dead_letters: Mapping[str, DeadLetters], evaluator: AlarmEvaluator | None
    ) -> list[cloudwatch.IWidget]:
        letters = {name: one.alarm for name, one in dead_letters.items()}
        self._alarms += letters.values()
        shown: dict[str, list[cloudwatch.IMetric]] = {}
        if letters:
            shown["Dead letters"] = [_labelled(alarm.metric, name) for name, alarm in letters.items()]
        if evaluator is not None:
            self._alarms.append(evaluator.lag_alarm)
            shown["Alarm evaluator: lag (ms)"] = [_labelled(evaluator.lag_alarm.metric, "lag")]
            shown["Alarm evaluator: failed batches"] = [
                _labelled(evaluator.metric_errors(period=PERIOD), "errors")
            ]
        return _row(shown)

    def _watch_workspace(self, workspace: IWorkspace) -> list[cloudwatch.IWidget]:
        scope = Construct(self, "Workspace")
        entities = {
            "created": workspace.metric_entity_creation_failure(period=PERIOD),
            "updated": workspace.metric_entity_update_failure(period=PERIOD),
            "deleted": workspace.metric_entity_deletion_failure(period=PERIOD),
        }
        types = {
            "created": workspace.metric_component_type_creation_failure(period=PERIOD),
            "updated": workspace.metric_component_type_update_failure(period=PERIOD),
        }
        shown: dict[str, list[cloudwatch.IMetric]] = {}
        for words, ids_, metrics in (
            ("Entities", "Entities", entities),
            ("Component types", "ComponentTypes", types),
        ):
            for done, metric in metrics.items():
                self._alarm(
                    scope,
                    f"{ids_}Not{done.capitalize()}",
                    metric,
                    self._thresholds.twin_failures,
                    f"{words} of {workspace.literal_workspace_id} could not be {done}; their status says why",
                )
            shown[f"{words}: failures"] = [_labelled(metric, done) for done, metric in metrics.items()]
        return _row(shown)

    def _alarm(
        self,
        scope: Construct,
        construct_id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        periods: int = 1,
    ) -> None:
        self._alarms.append(
            cloudwatch.Alarm(
                scope,
                construct_id,
                alarm_description=description,
                metric=metric,
                threshold=threshold,
                evaluation_periods=periods,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                # Nobody looks at the twin: nothing is wrong with it.
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
        )


def _timeout(connector: IDataConnector) -> Duration | None:
    """Return the function's timeout, if it is known here."""
    function = connector.function
    timeout = function.timeout if isinstance(function, lambda_.Function) else None
    return None if timeout is None or Token.is_unresolved(timeout.to_milliseconds()) else timeout


def _cold_starts(
    scope: Construct, workspace_id: str, name: str, connector: IDataConnector
) -> cloudwatch.Metric | None:
    """Count the lines with `coldStart` in the function's log, if that is made here."""
    function = connector.function
    if not isinstance(function, lambda_.Function):
        return None
    return logs.MetricFilter(
        scope,
        "ColdStartFilter",
        log_group=function.log_group,
        filter_pattern=logs.FilterPattern.boolean_value("$.coldStart", value=True),
        metric_namespace=f"TwinStack/{workspace_id}",
        metric_name=f"{name}.ColdStarts",
        metric_value="1",
    ).metric(period=PERIOD, statistic="Sum")


def _labelled(metric: cloudwatch.IMetric, label: str) -> cloudwatch.IMetric:
    assert isinstance(metric, (cloudwatch.Metric, cloudwatch.MathExpression))  # noqa: S101 (there are no others)
    return metric.with_(label=label)


def _row(shown: Mapping[str, Sequence[cloudwatch.IMetric]]) -> list[cloudwatch.IWidget]:
    """Graphs by title, side by side over the whole width."""
    return [
        cloudwatch.GraphWidget(
            title=title,
            left=[*metrics],
            left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
            width=_WIDTH // len(shown),
            height=_HEIGHT,
        )
        for title, metrics in shown.items()
    ]
