"""What is too much for the embedded AWS is refused at once, and does not stop other clients."""

from __future__ import annotations

import gzip
import json
import struct
import time
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from tests.support.raw_http import connection, exchange, head, receive_answer
from twin_stack.local.body_limit import MAX_BODY_BYTES

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HALF_GIGABYTE = "500000000"
HEALTH = head("GET", "/_twin/health", Connection="close")


def signed(service: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=000000000000/20261128/us-east-1/{service}/aws4_request"


def process_of(twin: LocalTwin) -> int:
    with urlopen(f"{twin.endpoint}/_twin/health") as answer:
        return int(json.load(answer)["pid"])


def memory(pid: int) -> int:
    """Return the memory that a process uses at most so far, in bytes."""
    (line,) = (s for s in Path(f"/proc/{pid}/status").read_text().splitlines() if s.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def compressed_zeros(megabytes: int) -> bytes:
    """Return zeros in the form of gzip, in a tenth of the time that ``gzip.compress`` takes."""
    piece = bytes(2**20)
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # After a full flush, the next piece is compressed to the same bytes.
    compressed = compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(piece, checksum)
    head = gzip.compress(b"")[:10]
    end = compressor.flush(zlib.Z_FINISH)
    return head + megabytes * compressed + end + struct.pack("<II", checksum, megabytes * 2**20 % 2**32)


def test_body_that_states_a_length_beyond_the_limit_is_refused_unread_on_every_path(
    local_twin: LocalTwin,
) -> None:
    requests = {
        "object": head("PUT", "/b/k", Content_Length=HALF_GIGABYTE, Authorization=signed("s3")),
        "query": head(
            "POST",
            "/",
            Content_Length=HALF_GIGABYTE,
            Content_Type="application/x-www-form-urlencoded; charset=utf-8",
        ),
        "twinmaker": head(
            "POST", "/workspaces/w", Content_Length=HALF_GIGABYTE, Authorization=signed("iottwinmaker")
        ),
        "lambda": head(
            "POST", "/2015-03-31/functions", Content_Length=HALF_GIGABYTE, Authorization=signed("lambda")
        ),
        "page": head("POST", "/_twin/save", Content_Length=HALF_GIGABYTE),
        "ministack": head("POST", "/_ministack/health", Content_Length=HALF_GIGABYTE),
    }

    # Nothing of the body is sent, so a server that reads it first does not answer.
    answers = {}
    for name, request in requests.items():
        with connection(local_twin.endpoint, timeout=5) as client:
            client.sendall(request)
            answers[name] = receive_answer(client)

    assert {name: answer[:12] for name, answer in answers.items()} == dict.fromkeys(requests, b"HTTP/1.1 413")
    assert b"<Error><Code>EntityTooLarge</Code>" in answers["object"]
    assert b"<ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code>" in answers["query"]
    assert b"x-amzn-errortype: RequestEntityTooLargeException" in answers["twinmaker"]
    assert all(f"longer than {MAX_BODY_BYTES} bytes".encode() in answer for answer in answers.values())


def test_body_without_a_length_is_refused_when_it_gets_too_long(local_twin: LocalTwin) -> None:
    pid = process_of(local_twin)
    before = memory(pid)
    address = {"Bucket": "any", "Key": "long"}
    url = urlsplit(local_twin.client("s3").generate_presigned_url("put_object", Params=address))
    request = head("PUT", f"{url.path}?{url.query}", Host=url.netloc, Transfer_Encoding="chunked")
    piece = bytes(2**20)
    count = MAX_BODY_BYTES // len(piece) + 64

    answer = exchange(local_twin.endpoint, request, chunks=(piece for _ in range(count)))

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert memory(pid) - before < MAX_BODY_BYTES * 1.2


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_connection_is_closed_when_its_client_closes_it(local_twin: LocalTwin) -> None:
    folder = Path(f"/proc/{process_of(local_twin)}/fd")
    time.sleep(1)
    before = len(list(folder.iterdir()))

    for _ in range(300):
        with connection(local_twin.endpoint) as client:
            client.sendall(head("GET", "/_twin/health"))
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
    for _ in range(50):
        with connection(local_twin.endpoint):
            pass

    deadline = time.monotonic() + 20
    while (after := len(list(folder.iterdir()))) > before + 10 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert after <= before + 10


def test_thousand_clients_at_once_are_answered(local_twin: LocalTwin) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connection(local_twin.endpoint)) for _ in range(1000)]
        for client in clients:
            client.sendall(HEALTH)
        answers = [client.recv(65536) for client in clients]

    assert [answer for answer in answers if not answer.startswith(b"HTTP/1.1 200")] == []


def test_clients_that_send_byte_by_byte_do_not_delay_others(local_twin: LocalTwin) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            client = stack.enter_context(connection(local_twin.endpoint))
            client.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx")
            client = stack.enter_context(connection(local_twin.endpoint))
            client.sendall(b"GET / HT")
        begun = time.monotonic()

        assert exchange(local_twin.endpoint, HEALTH).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - begun < 5


def test_id_of_any_length_is_refused_by_its_length(local_twin: LocalTwin) -> None:
    client = local_twin.client("iottwinmaker")
    begun = time.monotonic()

    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.create_entity(workspaceId="w", entityId="a" * 100_000 + "!", entityName="a")

    assert time.monotonic() - begun < 5
    assert "Member must have length less than or equal to 128" in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the used memory by /proc")
def test_compressed_body_is_not_inflated_beyond_the_limit(local_twin: LocalTwin) -> None:
    pid = process_of(local_twin)
    client = local_twin.client("cloudwatch")
    bomb = compressed_zeros(2 * MAX_BODY_BYTES // 2**20)
    assert len(bomb) < 1_000_000
    assert gzip.decompress(compressed_zeros(3)) == bytes(3 * 2**20)

    def replace(request: AWSRequest, **_: object) -> None:
        request.data = bomb
        request.headers["Content-Encoding"] = "gzip"

    client.meta.events.register_first("before-sign.cloudwatch.PutMetricData", replace)
    before = memory(pid)
    with suppress(ClientError):
        client.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1.0}])

    assert memory(pid) - before < MAX_BODY_BYTES
