"""Print as JSON what memory the engine takes at most to create entities, in MB.

python -m tests.bench.bulk_memory 100000
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.entity_stack import EntityStack, entity
from tests.support.memory_aws import ASSETS, BUCKET, PREFIX, WORKSPACE, ManualClock, client_error

Json = dict[str, Any]
CHUNKS = 64
PAGE = 200


class DiskS3:
    """The methods of an S3 client, on files: objects take no memory of this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, bucket: str, key: str) -> Path:
        return self._folder / f"{bucket}/{key}".replace("/", "%")

    def get_object(self, *, Bucket: str, Key: str) -> Json:  # noqa: N803
        path = self.path(Bucket, Key)
        if not path.exists():
            raise client_error("NoSuchKey", status=404)
        return {"Body": io.BytesIO(path.read_bytes()), "ETag": "1"}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: str) -> Json:  # noqa: N803
        self.path(Bucket, Key).write_bytes(Body)
        return {"ETag": "1"}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **_: str) -> Json:  # noqa: N803
        start = self.path(Bucket, Prefix).name
        names = sorted(path.name for path in self._folder.iterdir() if path.name.startswith(start))
        keys = [name.partition("%")[2].replace("%", "/") for name in names]
        return {"Contents": [{"Key": key} for key in keys], "IsTruncated": False}

    def delete_objects(self, *, Bucket: str, Delete: Json) -> Json:  # noqa: N803
        for item in Delete["Objects"]:
            self.path(Bucket, item["Key"]).unlink(missing_ok=True)
        return {}


class ManyEntities:
    """A TwinMaker that has all entities once a job was started, and keeps none in memory."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs = 0

    def create_metadata_transfer_job(self, **_: Any) -> Json:
        self._jobs += 1
        return {}

    def get_metadata_transfer_job(self, **_: Any) -> Json:
        return {"status": {"state": "COMPLETED"}}

    def list_entities(self, *, nextToken: str = "0", **_: Any) -> Json:  # noqa: N803
        start = int(nextToken)
        numbers = range(start, min(start + PAGE, self._size)) if self._jobs else range(0)
        now = datetime.now(UTC)
        summaries = [
            {"entityId": machine_id(number), "parentEntityId": "$ROOT", "updateDateTime": now}
            for number in numbers
        ]
        more = {"nextToken": str(start + PAGE)} if self._jobs and start + PAGE < self._size else {}
        return {"entitySummaries": summaries, **more}


def machine_id(number: int) -> str:
    return f"machine-{number:06}"


def write_assets(s3: DiskS3, size: int) -> Json:
    """Write the assets of entities, and return the properties of the resource."""
    texts: list[list[str]] = [[] for _ in range(CHUNKS)]
    for number in range(size):
        values: Json = {f"property{item}": float(number * item) for item in range(8)}
        machine = {**entity(machine_id(number), **values), "description": f"Machine {number} of the hall"}
        texts[hashlib.sha256(machine["entityId"].encode()).digest()[0] % CHUNKS].append(json.dumps(machine))
    chunks = [f'{{"entities":[{",".join(part)}]}}'.encode() for part in texts]
    hashes = [hashlib.sha256(chunk).hexdigest() for chunk in chunks]
    listed = [{"sha256": item} for item in hashes]
    manifest = json.dumps({"version": 1, "chunks": listed, "entities": size}).encode()
    for name, content in zip((*hashes, "manifest"), (*chunks, manifest), strict=True):
        s3.path(ASSETS, name).write_bytes(content)
    return {
        "WorkspaceId": WORKSPACE,
        "BucketName": BUCKET,
        "StatePrefix": PREFIX,
        "Assets": [{"Bucket": ASSETS, "Key": item} for item in hashes],
        "Manifest": {"Bucket": ASSETS, "Key": "manifest"},
        "DesiredHash": hashlib.sha256(manifest).hexdigest(),
    }


def peak() -> float:
    """Return the most memory that this process had since it was reset, in MB."""
    (line,) = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    ]
    return int(line.split()[1]) / 1024


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    """Create entities in this process, once another one has written their assets."""
    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        s3 = DiskS3(Path(folder))
        properties_file = Path(folder) / "properties"
        if os.fork() == 0:
            properties_file.write_text(json.dumps(write_assets(s3, size)))
            os._exit(0)
        os.wait()
        disk: Any = s3
        stack = EntityStack(ManyEntities(size), disk, ManualClock())
        reset_peak()
        base = peak()
        stack.carry_out(stack.event("Create", json.loads(properties_file.read_text())))
    sys.stdout.write(json.dumps({"peak": peak(), "base": base}))


if __name__ == "__main__":
    main()
