"""Calls of the embedded AWS that are not signed with the secret of its state folder."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import urllib3
from botocore.exceptions import ClientError

from tests.support.raw_http import exchange
from tests.support.stacks import make_function
from twin_stack.local.clients import make_client, sign
from twin_stack.local.gate import UNSIGNED_REQUESTS
from twin_stack.local.state import Access

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy

HTTP = urllib3.PoolManager(retries=False)
TEMPLATE = json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})

CALLS = [
    ("POST", "/", {"Action": "CreateStack", "StackName": "hostile", "TemplateBody": TEMPLATE}, {}),
    ("GET", "/?Action=CreateStack&StackName=hostile&TemplateBody=" + quote(TEMPLATE), None, {}),
    ("POST", "/2015-03-31/functions", b"{}", {"content-type": "text/plain"}),
    ("GET", "/2015-03-31/functions", None, {}),
    ("PUT", "/hostile-bucket", None, {}),
    ("GET", "/", None, {}),
    ("POST", "/workspaces-list", b"{}", {"content-type": "application/json"}),
    ("POST", "/", b"{}", {"x-amz-target": "DynamoDB_20120810.ListTables"}),
    ("POST", "/topics/plant/machine-1", b"{}", {}),
    ("POST", "/_ministack/reset", None, {}),
    ("POST", "/_ministack/config", b"{}", {}),
    ("GET", "/_ministack/health", None, {}),
    ("GET", "/_localstack/health", None, {}),
    ("GET", "/_aws/lambda-url/" + "a" * 32 + "/", None, {}),
    ("GET", "/_aws/execute-api/abcdef01/prod/", None, {}),
    ("GET", "/health", None, {}),
    ("POST", "/_twin/save", None, {}),
    ("OPTIONS", "/", None, {"access-control-request-method": "POST"}),
]


@pytest.mark.parametrize(("method", "target", "body", "headers"), CALLS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("is_page_port", [False, True], ids=["api", "page"])
def test_unsigned_call_is_refused(
    local_twin: LocalTwin, method: str, target: str, body: Any, headers: dict[str, str], is_page_port: bool
) -> None:
    server = local_twin.server
    endpoint = f"http://127.0.0.1:{server.page_port}" if is_page_port else server.endpoint
    options = {"fields": body, "encode_multipart": False} if isinstance(body, dict) else {"body": body}

    response = HTTP.request(method, endpoint + target, headers=headers, **options)

    assert response.status == 403
    assert b"load the AWS profile that `twin up` wrote" in response.data
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]
    stacks = local_twin.client("cloudformation").list_stacks()["StackSummaries"]
    assert "hostile" not in [stack["StackName"] for stack in stacks]


CODES = [
    ("iottwinmaker", "list_workspaces", {}, "InvalidSignatureException"),
    ("iotsitewise", "list_assets", {"filter": "TOP_LEVEL"}, "InvalidSignatureException"),
    ("dynamodb", "list_tables", {}, "InvalidSignatureException"),
    ("lambda", "list_functions", {}, "InvalidSignatureException"),
    ("logs", "describe_log_groups", {}, "InvalidSignatureException"),
    ("cloudwatch", "list_metrics", {}, "InvalidSignatureException"),
    ("cloudformation", "list_stacks", {}, "SignatureDoesNotMatch"),
    ("sts", "get_caller_identity", {}, "SignatureDoesNotMatch"),
    ("s3", "list_buckets", {}, "SignatureDoesNotMatch"),
    ("ec2", "describe_vpcs", {}, "SignatureDoesNotMatch"),
    ("route53", "list_hosted_zones", {}, "SignatureDoesNotMatch"),
]


@pytest.mark.parametrize(("service", "operation", "params", "code"), CODES)
def test_call_with_another_secret_raises_the_error_of_its_service(
    local_twin: LocalTwin, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    client = make_client(Access(local_twin.endpoint, "another"), service, attempts=1)

    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**params)

    assert caught.value.response["Error"]["Code"] in (code, code.removesuffix("Exception"))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    message = caught.value.response["Error"]["Message"]
    assert "not made with the secret of access key 000000000000" in message
    assert "load the AWS profile that `twin up` wrote" in message


def test_access_key_that_was_never_issued_is_refused(local_twin: LocalTwin) -> None:
    client = make_client(local_twin.server.access, "iottwinmaker", account="AKIDEXAMPLE", attempts=1)

    with pytest.raises(ClientError, match='"AKIDEXAMPLE" is not one of the embedded AWS') as caught:
        client.list_workspaces()

    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_keys_that_sts_and_iam_issue_are_valid_with_their_own_secrets(local_twin: LocalTwin) -> None:
    import boto3  # noqa: PLC0415

    arn = "arn:aws:iam::000000000000:role/cdk-hnb659fds-deploy-role-000000000000-us-east-1"
    issued = local_twin.client("sts").assume_role(RoleArn=arn, RoleSessionName="cdk")["Credentials"]
    iam = local_twin.client("iam")
    iam.create_user(UserName="gate")
    key = iam.create_access_key(UserName="gate")["AccessKey"]

    def list_workspaces(key_id: str, secret: str, token: str | None = None) -> Any:
        session = boto3.Session(key_id, secret, token, "us-east-1")
        client = session.client("s3", endpoint_url=local_twin.endpoint)
        return client.list_buckets()["Buckets"]

    temporary = (issued["AccessKeyId"], issued["SecretAccessKey"])
    permanent = (key["AccessKeyId"], key["SecretAccessKey"])
    list_workspaces(*temporary, issued["SessionToken"])
    list_workspaces(*permanent)
    for wrong in (
        (*temporary, "another token"),
        temporary,
        (temporary[0], local_twin.server.secret, issued["SessionToken"]),
        (permanent[0], local_twin.server.secret),
    ):
        with pytest.raises(ClientError, match=r"InvalidAccessKeyId|SignatureDoesNotMatch"):
            list_workspaces(*wrong)
    iam.update_access_key(UserName="gate", AccessKeyId=permanent[0], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        list_workspaces(*permanent)


@pytest.mark.parametrize(
    ("version", "expires"), [("s3", "Expires=1"), ("s3v4", "X-Amz-Expires=6")], ids=["v2", "v4"]
)
def test_presigned_url_opens_its_object_only(local_twin: LocalTwin, version: str, expires: str) -> None:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    session = boto3.Session("000000000000", local_twin.server.secret, region_name="us-east-1")
    config = Config(signature_version=version)
    signer = session.client("s3", endpoint_url=local_twin.endpoint, config=config)
    s3 = local_twin.client("s3")
    s3.create_bucket(Bucket="presigned")
    for key in ("shared", "other", "a b/ü+%.txt"):
        s3.put_object(Bucket="presigned", Key=key, Body=key.encode())
    for key in ("shared", "a b/ü+%.txt"):
        url = signer.generate_presigned_url("get_object", {"Bucket": "presigned", "Key": key}, ExpiresIn=60)
        assert HTTP.request("GET", url).data == key.encode()
    url = signer.generate_presigned_url("get_object", {"Bucket": "presigned", "Key": "shared"}, ExpiresIn=60)

    for changed in (
        url.replace("/shared?", "/other?"),
        url.replace(expires, f"{expires}0"),
        url + "&versionId=1",
    ):
        response = HTTP.request("GET", changed)
        assert (response.status, b"SignatureDoesNotMatch" in response.data) == (403, True)
    assert expires in url
    assert HTTP.request("PUT", url, body=b"overwritten").status == 403
    assert s3.get_object(Bucket="presigned", Key="shared")["Body"].read() == b"shared"


@pytest.mark.parametrize("key", ["plain", "a b/c(d)!*'~", "ü/+%25", "//double", "dots/../x"])
def test_keys_of_objects_are_signed_as_they_are(local_twin: LocalTwin, key: str) -> None:
    s3 = local_twin.client("s3")
    s3.create_bucket(Bucket="keys")

    s3.put_object(Bucket="keys", Key=key, Body=b"x" * 300_000, Metadata={"note": "a  b"})

    assert len(s3.get_object(Bucket="keys", Key=key)["Body"].read()) == 300_000


def test_upload_of_parts_and_of_a_stream_is_complete(local_twin: LocalTwin) -> None:
    import boto3  # noqa: PLC0415

    class Stream(io.RawIOBase):
        """As the output of another process: without a length."""

        left = 9_000_000

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            size = min(self.left, size if size >= 0 else self.left)
            self.left -= size
            return b"s" * size

    session = boto3.Session("000000000000", local_twin.server.secret, region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=local_twin.endpoint)
    s3.create_bucket(Bucket="uploads")

    s3.upload_fileobj(io.BytesIO(b"p" * 20_000_000), "uploads", "parts")
    s3.upload_fileobj(Stream(), "uploads", "stream")

    sizes = {item["Key"]: item["Size"] for item in s3.list_objects_v2(Bucket="uploads")["Contents"]}
    assert sizes == {"parts": 20_000_000, "stream": 9_000_000}


def test_body_is_the_one_that_was_signed(local_twin: LocalTwin) -> None:
    body = b'{"maxResults": 1}'
    head = signed_head(local_twin, "POST", "/workspaces-list", b"{}")

    answer = exchange(local_twin.endpoint, head + b"content-length: %d\r\n\r\n%s" % (len(body), body))

    assert answer.startswith(b"HTTP/1.1 403")
    assert b"InvalidSignatureException" in answer


def signed_head(twin: LocalTwin, method: str, path: str, body: bytes) -> bytes:
    from botocore.auth import SigV4Auth  # noqa: PLC0415
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    request = AWSRequest(method, twin.endpoint + path, {}, body)
    keys = Credentials("000000000000", twin.server.secret)
    SigV4Auth(keys, "iottwinmaker", "us-east-1").add_auth(request)
    fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    host = twin.endpoint.removeprefix("http://")
    return f"{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{fields}".encode()


def mqtt_url(twin: LocalTwin, secret: str) -> str:
    """The target of a WebSocket as clients of AWS IoT sign it."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    host = f"data.iot.us-east-1.localhost:{twin.server.port}"
    scope = f"{now[:8]}/us-east-1/iotdevicegateway/aws4_request"
    query = "&".join(
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=" + quote(f"000000000000/{scope}", safe=""),
            f"X-Amz-Date={now}",
            "X-Amz-SignedHeaders=host",
        )
    )
    request = f"GET\n/mqtt\n{query}\nhost:{host}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return f"/mqtt?{query}&X-Amz-Signature={hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"


def handshake(twin: LocalTwin, target: str, *more: str) -> bytes:
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: data.iot.us-east-1.localhost:{twin.server.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Protocol: mqtt",
        *more,
        "\r\n",
    )
    return "\r\n".join(lines).encode()


def first_line(twin: LocalTwin, request: bytes) -> bytes:
    from tests.support.raw_http import connection  # noqa: PLC0415

    with connection(twin.endpoint) as client:
        client.sendall(request)
        return client.recv(4096).split(b"\r\n")[0]


def test_mqtt_over_websocket_needs_the_secret_and_no_foreign_origin(local_twin: LocalTwin) -> None:
    signed = mqtt_url(local_twin, local_twin.server.secret)

    assert first_line(local_twin, handshake(local_twin, signed)).startswith(b"HTTP/1.1 101")
    for target, more in (
        ("/mqtt", ()),
        (mqtt_url(local_twin, "another"), ()),
        (signed, ("Origin: http://evil.example",)),
        (signed, (f"Origin: http://127.0.0.1:{local_twin.server.port}",)),
    ):
        assert first_line(local_twin, handshake(local_twin, target, *more)).startswith(b"HTTP/1.1 403")


def test_all_exceptions_have_a_reason_and_only_they_are_answered(local_twin: LocalTwin) -> None:
    assert [(rule.methods, rule.path.pattern, rule.is_page_port) for rule in UNSIGNED_REQUESTS] == [
        (("GET", "HEAD"), "/_twin/.*", True),
        (("GET",), "/_twin/health", False),
        (("PUT",), r"/_ministack/cfn-response/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", False),
    ]
    server = local_twin.server
    page = f"http://127.0.0.1:{server.page_port}"
    assert json.loads(HTTP.request("GET", server.endpoint + "/_twin/health").data) == server.health
    assert HTTP.request("GET", page + "/_twin/config.json").status == 200
    assert local_twin.server.secret not in HTTP.request("GET", page + "/_twin/config.json").data.decode()
    for url in (
        server.endpoint + "/_twin/config.json",
        server.endpoint + "/_ministack/cfn-response/x",
        page + "/_ministack/cfn-response/00000000-0000-0000-0000-000000000000",
        page + "/_twin/../2015-03-31/functions",
        page + "/_twin%2f..%2f2015-03-31/functions",
    ):
        assert exchange(
            url,
            f"PUT {url.partition('/_')[1]}{url.partition('/_')[2]} HTTP/1.1\r\n".encode()
            + b"host: 127.0.0.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        ).startswith(b"HTTP/1.1 403")


def test_signature_is_valid_for_a_quarter_of_an_hour(
    local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    import botocore.auth  # noqa: PLC0415

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.fromtimestamp(time.time() - 16 * 60, tz)

    headers = sign(local_twin.server.access, "POST", "/_twin/save")
    assert HTTP.request("POST", local_twin.endpoint + "/_twin/save", headers=headers).status == 200
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: Earlier.now(UTC), raising=False)
    monkeypatch.setattr(botocore.auth, "datetime", type("M", (), {"datetime": Earlier}), raising=False)

    headers = sign(local_twin.server.access, "POST", "/_twin/save")

    response = HTTP.request("POST", local_twin.endpoint + "/_twin/save", headers=headers)
    assert (response.status, b"more than 15 minutes from the clock" in response.data) == (403, True)


def test_answer_of_a_custom_resource_needs_no_signature(local_twin: LocalTwin) -> None:
    """As in AWS: a function answers by the URL of its event, without credentials."""
    code = (
        "import json, urllib.request\n"
        "def handler(event, context):\n"
        "    answer = {key: event[key] for key in ('StackId', 'RequestId', 'LogicalResourceId')}\n"
        "    answer.update(Status='SUCCESS', PhysicalResourceId='x', Data={'Key': 'value'})\n"
        "    data = json.dumps(answer).encode()\n"
        "    urllib.request.urlopen(urllib.request.Request(event['ResponseURL'], data, method='PUT'))\n"
    )
    make_function(local_twin.client("lambda"), "answering", code)
    arn = "arn:aws:lambda:us-east-1:000000000000:function:answering"
    resource = {"Type": "Custom::Thing", "Properties": {"ServiceToken": arn, "ServiceTimeout": "30"}}
    client = local_twin.client("cloudformation")

    client.create_stack(StackName="answered", TemplateBody=json.dumps({"Resources": {"Thing": resource}}))

    client.get_waiter("stack_create_complete").wait(
        StackName="answered", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
