"""The function's settings: one field an environment variable."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from alarm_evaluator.rules import Alarm, Rule

ENVIRONMENT_NAMES = ("TABLE_NAME", "COMPONENT_TYPE_INDEX", "ALARMS", "TOPIC_ARN")


@dataclass(frozen=True, slots=True)
class Environment:
    """Which table, and which alarms.

    Attributes:
        table_name: ``TABLE_NAME``, required. Its keys are ``device_id`` and ``timestamp`` in milliseconds.
        alarms: ``ALARMS``, required: JSON, a list of alarms in the form of ``alarm_from``.
        component_type_index: ``COMPONENT_TYPE_INDEX``, needed by alarms on missing data.
        topic_arn: ``TOPIC_ARN``, an SNS topic that is told of changes.
    """

    table_name: str
    alarms: tuple[Alarm, ...]
    component_type_index: str | None = None
    topic_arn: str | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.

        Raises:
            ValueError: A required variable is absent, or ``ALARMS`` is not in the form expected.
        """
        for name in ("TABLE_NAME", "ALARMS"):
            if not environ.get(name):
                raise ValueError(f"environment variable {name} is not set")
        try:
            alarms = tuple(alarm_from(one) for one in json.loads(environ["ALARMS"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"environment variable ALARMS is not in the form expected: {error!r}") from error
        return cls(
            table_name=environ["TABLE_NAME"],
            alarms=alarms,
            component_type_index=environ.get("COMPONENT_TYPE_INDEX") or None,
            topic_arn=environ.get("TOPIC_ARN") or None,
        )


def alarm_from(written: Mapping[str, object]) -> Alarm:
    """Read one alarm.

    Args:
        written: ``{"type", "alarmType", "key", "status", "level", "message", "rules": [{"name", "attribute",
            "unit", "above" | "below", "hysteresis", "forSeconds", "missingAfterSeconds", "severity"}]}``;
            ``level``, ``message`` and all of a rule but its name and attribute may be absent.
    """
    rules = written["rules"]
    if not isinstance(rules, list):
        raise TypeError("rules is not a list")
    return Alarm(
        component_type_id=str(written["type"]),
        alarm_type_id=str(written["alarmType"]),
        key=str(written["key"]),
        status=str(written["status"]),
        level=_text(written.get("level")),
        message=_text(written.get("message")),
        rules=tuple(_rule(one) for one in rules),
    )


def _rule(written: Mapping[str, float | str]) -> Rule:
    missing = written.get("missingAfterSeconds")
    return Rule(
        name=str(written["name"]),
        attribute=str(written["attribute"]),
        unit=str(written.get("unit", "")),
        above=_number(written.get("above")),
        below=_number(written.get("below")),
        hysteresis=float(written.get("hysteresis", 0)),
        hold=int(float(written.get("forSeconds", 0)) * 1000),
        missing=int(float(missing) * 1000) if missing is not None else None,
        severity=str(written.get("severity", "CRITICAL")),
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _number(value: float | str | None) -> float | None:
    return float(value) if value is not None else None
