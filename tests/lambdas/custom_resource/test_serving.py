"""Answers of custom resources, received by a server as CloudFormation's."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Self

import pytest
from custom_resource import serving
from custom_resource.serving import Answer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Receiver:
    """A server that takes answers, and refuses the first of them if asked to."""

    def __init__(self) -> None:
        receiver = self
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        self.refusals = 0

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.refusals:
                    receiver.refusals -= 1
                    self.send_error(503)
                    return
                receiver.answers.append(json.loads(body))
                receiver.content_types.append(self.headers["Content-Type"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.event = {
            "RequestType": "Create",
            "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/Plant/5f3a",
            "RequestId": "request-1",
            "LogicalResourceId": "Files",
            "ResponseURL": f"http://127.0.0.1:{self._server.server_port}/answer?signature=x",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with Receiver() as opened:
        yield opened


def fail(_event: Mapping[str, Any]) -> Answer:
    raise ValueError("the bucket is full; delete objects")


def test_answer_holds_the_id_and_the_attributes(receiver: Receiver) -> None:
    serve(receiver.event, lambda _event: Answer("files-1", {"Count": 3}))

    assert receiver.answers == [
        {
            "Status": "SUCCESS",
            "PhysicalResourceId": "files-1",
            "Data": {"Count": 3},
            "StackId": receiver.event["StackId"],
            "RequestId": "request-1",
            "LogicalResourceId": "Files",
        }
    ]
    assert receiver.content_types == [""]


def test_failure_is_answered_with_its_reason_and_the_id_of_a_failed_creation(receiver: Receiver) -> None:
    serve(receiver.event, fail, failed_id="files-1")
    serve(receiver.event, fail)
    serve({**receiver.event, "PhysicalResourceId": "files-0"}, fail, failed_id="files-1")

    assert [answer["Status"] for answer in receiver.answers] == ["FAILED"] * 3
    assert {answer["Reason"] for answer in receiver.answers} == {"the bucket is full; delete objects"}
    assert [answer["PhysicalResourceId"] for answer in receiver.answers] == ["files-1", "Files", "files-0"]


def test_reason_fits_into_an_answer(receiver: Receiver) -> None:
    def fail_at_length(_event: Mapping[str, Any]) -> Answer:
        raise ValueError("x" * 10_000)

    serve(receiver.event, fail_at_length)

    assert receiver.answers[0]["Reason"] == "x" * serving.MAX_REASON


def test_answer_is_sent_again_when_it_is_not_taken(receiver: Receiver) -> None:
    receiver.refusals = 2

    serve(receiver.event, lambda _event: Answer("files-1"))

    assert [answer["PhysicalResourceId"] for answer in receiver.answers] == ["files-1"]


def test_function_fails_when_no_answer_is_taken(receiver: Receiver) -> None:
    receiver.refusals = 100

    with pytest.raises(OSError, match="503"):
        serve(receiver.event, lambda _event: Answer("files-1"))
