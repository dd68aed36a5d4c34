"""Detection of the time from which stored states are right, so that no later row is read. Pure.

A message changes the states from its own time on, until the state that results is the stored one again.
Equal states alone do not show this: rules also depend on when their last value came and since when a limit
has been exceeded. Both are equal once each rule had a value after the change and is not in its dwell time;
after a gap of ``missing_after`` or a day they have no effect.
"""

from collections.abc import Mapping

from alarm_evaluator.rules import DAY, Alarm, RuleState, State


class Convergence:
    """Compares recomputed states with stored ones.

    Args:
        alarm: The alarm.
        changed_until: Time of the newest measurement that changed, in milliseconds since 1970.
        stored: The stored state before the first measurement.
    """

    def __init__(self, alarm: Alarm, changed_until: int, stored: State | None) -> None:
        self.stored = stored
        self._changed_until = changed_until
        self._alarm = alarm
        self._open_until = {
            rule.name: changed_until + max(rule.missing_after or 0, DAY if rule.dwell else 0)
            for rule in alarm.rules
            if rule.missing_after is not None or rule.dwell
        }

    def is_reached(self, time: int, values: Mapping[str, float], rule_state: RuleState) -> bool:
        """Return whether all later states are the stored ones.

        Args:
            time: Time of a measurement, in milliseconds since 1970.
            values: Its values by attribute.
            rule_state: The recomputed state after it.
        """
        if time <= self._changed_until:
            return False
        for rule in self._alarm.rules:
            is_settled = rule.attribute in values or time > self._open_until.get(rule.name, time)
            if is_settled and rule.name not in rule_state.exceeded_since:
                self._open_until.pop(rule.name, None)
        return not self._open_until and not rule_state.exceeded_since and rule_state.state == self.stored
