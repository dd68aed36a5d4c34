"""The function's settings: each field is an environment variable."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alarm_evaluator.rules import Alarm, Rule
from former_ids import NOTHING_RENAMED, FormerIds

ENVIRONMENT_NAMES = (
    "TABLE_NAME",
    "COMPONENT_TYPE_INDEX",
    "ALARMS",
    "TOPIC_ARN",
    "DEAD_LETTER_QUEUE_URL",
    "MAX_AGE_SECONDS",
    "MAX_AHEAD_SECONDS",
)

MAX_AGE = 3650 * 86_400_000
"""Default age in milliseconds of the oldest measurement that counts: ten years."""

MAX_AHEAD = 600_000
"""Default of the milliseconds by which a measurement may be ahead of the present: ten minutes."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The table, the alarms and the topic.

    Attributes:
        table_name: ``TABLE_NAME``, required. Its keys are ``device_id`` and ``timestamp`` in milliseconds.
        alarms: ``ALARMS``, required: JSON list of alarms in the form of ``parse_alarm``.
        component_type_index: ``COMPONENT_TYPE_INDEX``, required by alarms on missing data.
        topic_arn: ``TOPIC_ARN``, an SNS topic to which changes are published.
        dead_letter_queue_url: ``DEAD_LETTER_QUEUE_URL``, an SQS queue for what cannot be evaluated.
        max_age: ``MAX_AGE_SECONDS``: the age in milliseconds of the oldest measurement that counts.
        max_ahead: ``MAX_AHEAD_SECONDS``: the milliseconds by which a measurement may be ahead.
        former_ids: The former ids in rows, from the file beside the code.
    """

    table_name: str
    alarms: tuple[Alarm, ...]
    component_type_index: str | None = None
    topic_arn: str | None = None
    dead_letter_queue_url: str | None = None
    max_age: int = MAX_AGE
    max_ahead: int = MAX_AHEAD
    former_ids: FormerIds = NOTHING_RENAMED

    @classmethod
    def from_environ(
        cls, environ: Mapping[str, str], former_ids: FormerIds = NOTHING_RENAMED
    ) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.
            former_ids: The former ids in rows.

        Raises:
            ValueError: If a required variable is absent, or one does not have the expected form.
        """
        for name in ("TABLE_NAME", "ALARMS"):
            if not environ.get(name):
                raise ValueError(f"environment variable {name} is not set")
        try:
            alarms = tuple(map(parse_alarm, json.loads(environ["ALARMS"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"environment variable ALARMS is not in the form expected: {error!r}") from error
        return cls(
            table_name=environ["TABLE_NAME"],
            alarms=tuple(with_former_ids(alarm, former_ids) for alarm in alarms),
            component_type_index=environ.get("COMPONENT_TYPE_INDEX") or None,
            topic_arn=environ.get("TOPIC_ARN") or None,
            dead_letter_queue_url=environ.get("DEAD_LETTER_QUEUE_URL") or None,
            max_age=_to_milliseconds(environ, "MAX_AGE_SECONDS", MAX_AGE),
            max_ahead=_to_milliseconds(environ, "MAX_AHEAD_SECONDS", MAX_AHEAD),
            former_ids=former_ids,
        )


def with_former_ids(alarm: Alarm, former_ids: FormerIds) -> Alarm:
    """Return an alarm with the former ids of its component type and attributes.

    Args:
        alarm: The alarm.
        former_ids: The former ids in rows.
    """
    formers = former_ids.of_type(alarm.component_type_id)
    rules = [
        replace(rule, former_attributes=formers.attributes.get(rule.attribute, ())) for rule in alarm.rules
    ]
    return replace(alarm, rules=tuple(rules), former_type_ids=formers.type_ids)


def _to_milliseconds(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not text.isdecimal():
        raise ValueError(f"environment variable {name} must be a whole number of seconds, got {text!r}")
    return int(text) * 1000


def parse_alarm(document: Mapping[str, object]) -> Alarm:
    """Parse one alarm.

    Args:
        document: ``{"type", "alarmType", "key", "status", "level", "message", "rules": [{"name",
            "attribute", "unit", "above" | "below", "hysteresis", "forSeconds", "missingAfterSeconds",
            "severity"}]}``; ``level``, ``message`` and all of a rule but its name and attribute may be
            absent.
    """
    rules = document["rules"]
    if not isinstance(rules, list):
        raise TypeError("rules is not a list")
    return Alarm(
        component_type_id=str(document["type"]),
        alarm_type_id=str(document["alarmType"]),
        key=str(document["key"]),
        status=str(document["status"]),
        level=_to_text(document.get("level")),
        message=_to_text(document.get("message")),
        rules=tuple(map(_parse_rule, rules)),
    )


def _parse_rule(document: Mapping[str, float | str]) -> Rule:
    missing_after = document.get("missingAfterSeconds")
    return Rule(
        name=str(document["name"]),
        attribute=str(document["attribute"]),
        unit=str(document.get("unit", "")),
        above=_to_number(document.get("above")),
        below=_to_number(document.get("below")),
        hysteresis=float(document.get("hysteresis", 0)),
        dwell=int(float(document.get("forSeconds", 0)) * 1000),
        missing_after=int(float(missing_after) * 1000) if missing_after is not None else None,
        severity=str(document.get("severity", "CRITICAL")),
    )


def _to_text(value: object) -> str | None:
    return str(value) if value is not None else None


def _to_number(value: float | str | None) -> float | None:
    return float(value) if value is not None else None
