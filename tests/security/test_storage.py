"""Names in S3 and in archives of code lead to no file outside of the place that is meant for them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.stacks import make_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy

BUCKET = "keys-that-climb"
KEYS = (
    "../../../climbed.txt",
    "a/../../../../climbed.txt",
    "..%2f..%2f..%2fclimbed.txt",
    "/etc/climbed.txt",
    "a/./../climbed.txt",
    "..\\..\\climbed.txt",
)
INSIDE = "inside.py"
OUTSIDE = ("../climbed.py", "../../climbed.py", "/tmp/climbed.py", "a/../../climbed.py")


@pytest.fixture(scope="module")
def s3(local_twin: LocalTwin) -> Any:
    client = local_twin.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.mark.parametrize("key", KEYS)
def test_object_with_a_climbing_key_stays_in_its_bucket(key: str, s3: Any, local_twin: LocalTwin) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"mine")
    try:
        assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"mine"
        objects = local_twin.work / "state" / "s3"
        assert list(objects.rglob("*climbed*"))
        written = [path for path in local_twin.work.rglob("*climbed*") if not path.is_relative_to(objects)]
        assert written == []
        assert not Path("/etc/climbed.txt").exists()
        assert not (local_twin.work.parent / "climbed.txt").exists()
    finally:
        s3.delete_object(Bucket=BUCKET, Key=key)


@pytest.mark.parametrize("key", ["secret", "aws.ini", "server.json", "state/ministack/iam.json"])
def test_files_of_the_state_are_no_objects(key: str, s3: Any, local_twin: LocalTwin) -> None:
    file = local_twin.work / key
    file.parent.mkdir(parents=True, exist_ok=True)
    is_mine = not file.exists()
    if is_mine:
        file.write_text("private")
    try:
        for climbed in (f"{'../' * depth}{key}" for depth in range(1, 7)):
            with pytest.raises(ClientError, match=r"NoSuchKey|NoSuchBucket|InvalidURI|BadRequest"):
                s3.get_object(Bucket=BUCKET, Key=climbed)
    finally:
        if is_mine:
            file.unlink()


def archive(*names: str) -> bytes:
    """Return an archive in which each name holds a module that says where it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(name, "PLACE = __file__\n")
    return file.getvalue()


LOOK = """
import json, pathlib
def handler(event, context):
    here = pathlib.Path(__file__).resolve().parent
    places = [here.parent, here.parent.parent, pathlib.Path("/tmp"), pathlib.Path("/")]
    return {"inside": (here / "inside.py").exists(),
            "outside": [str(place) for place in places if (place / "climbed.py").exists()]}
"""


@pytest.fixture
def function(local_twin: LocalTwin) -> Iterator[str]:
    client = local_twin.client("lambda")
    make_function(client, "climber", LOOK)
    yield "climber"
    client.delete_function(FunctionName="climber")


@pytest.mark.parametrize("name", OUTSIDE)
def test_code_of_a_function_is_unpacked_in_its_folder_only(
    name: str, function: str, local_twin: LocalTwin
) -> None:
    client = local_twin.client("lambda")
    code = io.BytesIO(archive(INSIDE, name))
    with zipfile.ZipFile(code, "a") as opened:
        opened.writestr("main.py", LOOK)
    client.update_function_code(FunctionName=function, ZipFile=code.getvalue())

    answer = client.invoke(FunctionName=function)
    assert json.load(answer["Payload"]) == {"inside": True, "outside": []}


@pytest.mark.parametrize("name", OUTSIDE)
def test_layer_that_climbs_is_not_unpacked(name: str, function: str, local_twin: LocalTwin) -> None:
    client = local_twin.client("lambda")
    layer = client.publish_layer_version(LayerName="climber", Content={"ZipFile": archive(name)})
    client.update_function_configuration(FunctionName=function, Layers=[layer["LayerVersionArn"]])

    answer = json.load(client.invoke(FunctionName=function)["Payload"])
    assert answer.get("outside", []) == []
    assert "errorMessage" in answer
    assert not Path("/tmp/climbed.py").exists()
