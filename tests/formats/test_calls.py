"""Several calls at a time give their answers in order."""

from __future__ import annotations

import threading

import pytest

from twin_stack.formats.calls import WORKERS, in_order


def test_few_calls_are_begun_ahead() -> None:
    begun: list[int] = []

    def call(item: int) -> int:
        begun.append(item)
        return item

    answers = in_order(call, range(1_000))
    assert next(answers) == 0
    assert len(begun) <= 2 * WORKERS + 1
    with pytest.raises(KeyboardInterrupt):  # the consumer is interrupted
        answers.throw(KeyboardInterrupt())
    assert len(begun) <= 2 * WORKERS + 1


def test_answers_are_in_order_when_the_first_call_is_the_slowest() -> None:
    others = threading.Event()

    def call(item: int) -> int:
        if item == 0:
            assert others.wait(30)
        elif item == WORKERS - 1:
            others.set()
        return item

    assert list(in_order(call, range(WORKERS))) == list(range(WORKERS))


def test_failure_of_a_call_is_raised() -> None:
    def call(item: int) -> int:
        return 1 // item

    with pytest.raises(ZeroDivisionError):
        list(in_order(call, [1, 0, 1]))
