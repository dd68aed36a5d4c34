"""The CloudWatch dashboard of a twin, and alarms on its health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from twin_stack.constructs.operations_thresholds import OperationsThresholds
from twin_stack.constructs.packaged_connector import PackagedConnector
from twin_stack.constructs.tokens import is_unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sns as sns

    from twin_stack.constructs.alarm_evaluator import AlarmEvaluator
    from twin_stack.constructs.dead_letters import DeadLetters
    from twin_stack.constructs.interfaces import IDataConnector, IWorkspace
    from twin_stack.constructs.telemetry_ingest import TelemetryIngest

PERIOD: Final = Duration.minutes(5)
"""The period over which alarms count."""

SLOW_PERIODS: Final = 3
"""Periods of slow responses before the alarm is raised, so that one slow response raises none."""

_WIDTH: Final = 24

_HEIGHT: Final = 6


class Operations(Construct):
    """A CloudWatch dashboard of a twin, and alarms on everything that keeps its values from being read.

    Alarms cover connectors (errors, throttles, duration, cold starts), topic rules (failed actions),
    dead-letter queues, the alarm evaluator (lag behind the table's stream) and the service itself (entities
    and component types that could not be created, updated or deleted). Errors of the evaluator have no
    alarm, because a failing batch is retried and shows as lag or in the dead-letter queue.

    Cold starts are counted from the log line that the connectors of this package write for each request. Of
    functions that others created, also in this app, only metrics are read: nothing of them changes.

    Failures of topic rules and of the service are sums over dimensions that are not known at synthesis
    (the action's type; entity ids), so their alarms use CloudWatch Metrics Insights queries. CloudWatch
    prices such an alarm by the number of metrics that match. Source of the service's metrics and their
    dimensions: the guide, "Monitoring with Amazon CloudWatch metrics"; not tested in AWS.

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
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace.
        connectors: The connectors by display name. Default: none.
        rules: The topic rules by display name. Default: none.
        dead_letters: The dead-letter queues by display name, with their own alarms. Default: none.
        alarm_evaluator: The evaluator of the twin's alarms, with its own alarm on lag. Default: none.
        topic: The topic that is notified when an alarm is raised and when it ends. Its policy, and the
            policy of its key if it has one, must allow ``cloudwatch.amazonaws.com`` to publish. Default:
            no notification.
        thresholds: The thresholds of the alarms, without ``stream_lag_seconds``, which belongs to the
            evaluator. Default: ``OperationsThresholds()``.
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
        rows = [self._monitor_connectors(workspace, connectors)] if connectors else []
        if rules:
            rows.append(self._monitor_rules(rules))
        if dead_letters or alarm_evaluator is not None:
            rows.append(self._monitor_pipeline(workspace, dead_letters, alarm_evaluator))
        rows.append(self._monitor_workspace(workspace))
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
        """All alarms on the dashboard, also those that other constructs created."""
        return tuple(self._alarms)

    def _monitor_connectors(
        self, workspace: IWorkspace, connectors: Mapping[str, IDataConnector]
    ) -> list[cloudwatch.IWidget]:
        scope = Construct(self, "Connectors")
        limits = self._thresholds
        failures: list[cloudwatch.IMetric] = []
        durations: list[cloudwatch.IMetric] = []
        calls: list[cloudwatch.IMetric] = []
        for name, connector in connectors.items():
            connector_scope = Construct(scope, name)
            errors = connector.metric_errors(period=PERIOD)
            throttles = connector.metric_throttles(period=PERIOD)
            slowest = connector.metric_duration(period=PERIOD, statistic="p99")
            prefix = f"Connector {name}:"
            self._alarm(
                connector_scope, "Errors", errors, limits.connector_errors, f"{prefix} reads of the twin fail"
            )
            self._alarm(
                connector_scope,
                "Throttles",
                throttles,
                limits.connector_throttles,
                f"{prefix} reads of the twin are refused, for too many functions run at once",
            )
            timeout = _timeout(connector)
            if timeout is not None:
                self._alarm(
                    connector_scope,
                    "Duration",
                    slowest,
                    timeout.to_milliseconds() * limits.connector_duration_percent / 100,
                    f"{prefix} the slowest answers come near its timeout of {timeout.to_human_string()}",
                    periods=SLOW_PERIODS,
                )
            failures += [_labelled(errors, f"{name} errors"), _labelled(throttles, f"{name} throttles")]
            durations.append(_labelled(slowest, f"{name} p99"))
            calls.append(_labelled(connector.metric_invocations(period=PERIOD), f"{name} calls"))
            cold = _cold_starts(connector_scope, workspace.literal_workspace_id, name, connector)
            if cold is not None:
                description = f"{prefix} many answers wait for a function to start"
                self._alarm(connector_scope, "ColdStarts", cold, limits.cold_starts, description)
                calls.append(_labelled(cold, f"{name} cold starts"))
        return _row(
            {
                "Connectors: failures": failures,
                "Connectors: duration (ms)": durations,
                "Connectors: calls": calls,
            }
        )

    def _monitor_rules(self, rules: Mapping[str, TelemetryIngest]) -> list[cloudwatch.IWidget]:
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

    def _monitor_pipeline(
        self,
        workspace: IWorkspace,
        dead_letters: Mapping[str, DeadLetters],
        evaluator: AlarmEvaluator | None,
    ) -> list[cloudwatch.IWidget]:
        letter_alarms = {name: letters.alarm for name, letters in dead_letters.items()}
        self._alarms += letter_alarms.values()
        graphs: dict[str, list[cloudwatch.IMetric]] = {}
        if letter_alarms:
            graphs["Dead letters"] = [_labelled(alarm.metric, name) for name, alarm in letter_alarms.items()]
        if evaluator is not None:
            self._alarms.append(evaluator.lag_alarm)
            graphs["Alarm evaluator: lag (ms)"] = [_labelled(evaluator.lag_alarm.metric, "lag")]
            graphs["Alarm evaluator: failed batches"] = [
                _labelled(evaluator.metric_errors(period=PERIOD), "errors")
            ]
            untyped = _untyped_rows(self, workspace.literal_workspace_id, evaluator)
            self._alarm(
                self,
                "UntypedRows",
                untyped,
                1,
                "Measurements have no component_type_id, so they raise no alarm; write it to each row",
            )
            graphs["Measurements without component type"] = [_labelled(untyped, "rows")]
        return _row(graphs)

    def _monitor_workspace(self, workspace: IWorkspace) -> list[cloudwatch.IWidget]:
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
        graphs: dict[str, list[cloudwatch.IMetric]] = {}
        for label, id_prefix, metrics in (
            ("Entities", "Entities", entities),
            ("Component types", "ComponentTypes", types),
        ):
            for operation, metric in metrics.items():
                self._alarm(
                    scope,
                    f"{id_prefix}Not{operation.capitalize()}",
                    metric,
                    self._thresholds.twin_failures,
                    f"{label} of {workspace.literal_workspace_id} could not be {operation}; "
                    "their status says why",
                )
            graphs[f"{label}: failures"] = [
                _labelled(metric, operation) for operation, metric in metrics.items()
            ]
        return _row(graphs)

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
                # A twin that is not used has no data, which is no failure.
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
        )


def _timeout(connector: IDataConnector) -> Duration | None:
    """Return the function's timeout if it is known at synthesis."""
    function = connector.function
    timeout = function.timeout if isinstance(function, lambda_.Function) else None
    return None if timeout is None or is_unresolved(timeout.to_milliseconds()) else timeout


def _cold_starts(
    scope: Construct, workspace_id: str, name: str, connector: IDataConnector
) -> cloudwatch.Metric | None:
    """Return a metric of the log lines with ``coldStart``, if the log is that of a connector of this package.

    A filter changes the log group, and the CDK creates one for a function that has none.
    """
    if not isinstance(connector, PackagedConnector):
        return None
    return logs.MetricFilter(
        scope,
        "ColdStartFilter",
        log_group=connector.function.log_group,
        filter_pattern=logs.FilterPattern.boolean_value("$.coldStart", value=True),
        metric_namespace=f"TwinStack/{workspace_id}",
        metric_name=f"{name}.ColdStarts",
        metric_value="1",
    ).metric(period=PERIOD, statistic="Sum")


def _untyped_rows(scope: Construct, workspace_id: str, evaluator: AlarmEvaluator) -> cloudwatch.Metric:
    """Return a metric of the measurements without ``component_type_id``, by the evaluator's log lines."""
    return logs.MetricFilter(
        scope,
        "UntypedRowsFilter",
        log_group=evaluator.function.log_group,
        filter_pattern=logs.FilterPattern.number_value("$.untyped", ">", 0),
        metric_namespace=f"TwinStack/{workspace_id}",
        metric_name="UntypedRows",
        metric_value="$.untyped",
    ).metric(period=PERIOD, statistic="Sum")


def _labelled(metric: cloudwatch.IMetric, label: str) -> cloudwatch.IMetric:
    assert isinstance(metric, (cloudwatch.Metric, cloudwatch.MathExpression))  # noqa: S101 (there are no others)
    return metric.with_(label=label)


def _row(graphs: Mapping[str, Sequence[cloudwatch.IMetric]]) -> list[cloudwatch.IWidget]:
    """Return graphs by title, side by side over the whole width."""
    return [
        cloudwatch.GraphWidget(
            title=title,
            left=[*metrics],
            left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
            width=_WIDTH // len(graphs),
            height=_HEIGHT,
        )
        for title, metrics in graphs.items()
    ]
