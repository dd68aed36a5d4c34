"""The data connector contract: which of its rules does an answer break?

    from twin_stack.contract import check_answer

    def test_historian_answers_by_the_contract():
        event = json.loads(Path("event.json").read_text())

        assert check_answer(event, handler(event, None)) == []

Pure Python: no AWS, no CDK, nothing of the connector kit, so that it judges connectors of any
make, and so that the kit is not judged by its own code. The local service reads connectors'
answers by the same rules. Each rule has a stable code, explained in ``docs/connectors.md``.
"""

from __future__ import annotations

from twin_stack.contract.answers import Reading, check_answer, function_of, read_answer
from twin_stack.contract.breaches import Breach, Code, Severity

__all__ = ["Breach", "Code", "Reading", "Severity", "check_answer", "function_of", "read_answer"]
