"""The contract of data connectors: builds events, and lists the rules that an answer breaks.

    from twin_stack.contract import check_answer

    def test_historian_answers_by_the_contract():
        event = json.loads(Path("event.json").read_text())

        assert check_answer(event, handler(event, None)) == []

Pure Python without AWS, CDK or the connector kit: it checks connectors written with any library,
and the kit is not checked by its own code. The local service reads connectors' answers by the same
rules. Each rule has a stable code, explained in ``docs/connectors.md``.
"""

from __future__ import annotations

from twin_stack.contract.answers import ParsedAnswer, check_answer, function_of, read_answer
from twin_stack.contract.violations import Code, Severity, Violation

__all__ = ["Code", "ParsedAnswer", "Severity", "Violation", "check_answer", "function_of", "read_answer"]
