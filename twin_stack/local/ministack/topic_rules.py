"""What ministack's topic rules lack: the ``iotSiteWise`` action, functions of numbers, and ``CASE``."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from twin_stack.local.ministack.sitewise_rule_action import put_entries
from twin_stack.local.ministack.sql_case import CaseStatement
from twin_stack.local.ministack.sql_functions import FUNCTIONS, call_function

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]
    PutValues = Callable[[list[Json], str, str], None]


_BOOLEANS = {"true": True, "false": False}


def extend_topic_rules(iot: Any, put_values: PutValues) -> None:
    """Add the ``iotSiteWise`` action, SQL functions of numbers, and case statements.

    Args:
        iot: ministack's module of this name.
        put_values: Writes entries of BatchPutAssetPropertyValue, for an account and region.
    """
    evaluate_template: ContextVar[Callable[[str], Any]] = ContextVar("evaluate_template")
    run, dispatch, function = iot._run_rule_actions, iot._dispatch_rule_action, iot._eval_select_function
    evaluate_expression = iot._eval_select_expr
    iot._IMPLEMENTED_SQL_FUNCS |= FUNCTIONS.keys()
    iot._SQL_KEYWORDS |= {"case"}
    iot._RULE_ACTION_RESOURCE_KEYS["iotSiteWise"] = ()

    def evaluate(expression: str, topic: str, payload: bytes, client_id: str | None) -> Any:
        message = iot._rule_message(payload)
        value = iot._eval_select_expr(expression, topic, payload, message, client_id)
        return None if value is iot._MISSING else value

    async def run_with_message(  # noqa: PLR0917 (as ministack calls it)
        account: str,
        region: str,
        rule: Json,
        payload: bytes,
        topic: str = "",
        client_id: str | None = None,
    ) -> None:
        # Substitution templates of an action refer to the original message, not to what the rule selects.
        token = evaluate_template.set(
            lambda expression: evaluate(expression, topic, payload or b"", client_id)
        )
        try:
            await run(account, region, rule, payload, topic, client_id)
        finally:
            evaluate_template.reset(token)

    async def dispatch_also_to_sitewise(
        account: str, region: str, rule_name: str, action: Json, event: Any
    ) -> None:
        if "iotSiteWise" not in action:
            await dispatch(account, region, rule_name, action, event)
            return
        entries = put_entries(action["iotSiteWise"], evaluate_template.get())
        await asyncio.to_thread(put_values, entries, account, region)

    def evaluate_function(  # noqa: PLR0917 (as ministack calls it)
        name: str,
        args: list[str],
        topic: str,
        payload: bytes,
        message: Any,
        client_id: str | None = None,
    ) -> Any:
        if name not in FUNCTIONS:
            return function(name, args, topic, payload, message, client_id)
        values = [iot._eval_select_expr(arg, topic, payload, message, client_id) for arg in args]
        result = call_function(name, values)
        return iot._MISSING if result is None else result

    def evaluate_expression_or_case(
        expr: str, topic: str, payload: bytes, message: Any, client_id: str | None = None
    ) -> Any:
        def evaluate_part(part: str) -> Any:
            condition = iot._parse_where(part)
            if condition is not None and condition[0] != "truth":
                return iot._eval_where_node(condition, topic, payload, message, client_id)
            return evaluate_expression_or_case(part, topic, payload, message, client_id)

        statement = CaseStatement.parse(expr)
        if statement is None:
            if expr.strip().lower() in _BOOLEANS:
                return _BOOLEANS[expr.strip().lower()]
            return evaluate_expression(expr, topic, payload, message, client_id)
        return statement.evaluate(evaluate_part, undefined=iot._MISSING)

    iot._eval_select_expr = evaluate_expression_or_case
    iot._run_rule_actions = run_with_message
    iot._dispatch_rule_action = dispatch_also_to_sitewise
    iot._eval_select_function = evaluate_function
