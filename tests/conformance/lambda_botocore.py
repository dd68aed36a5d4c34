"""Our AWS clients with the botocore of Lambda's runtimes, from the oldest that a function may have.

AWS publishes no list of these versions. 1.30.1 was python3.11's in 2023 (boto/botocore issue 3082), and
runtime management can keep a function on it; 1.38.36 was that of 3.12 and 3.13 in 2025 (terricain/aioboto3
issue 381); python3.14 began with a 1.40. Above all of them is the one that this project's tests run with.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = [
    "tests/lambdas/aws_client",
    "tests/lambdas/dynamodb_connector/test_repository.py",
    "tests/lambdas/sitewise_connector/test_repository.py",
]


OLDEST = "1.30.1"
UNSUPPORTED = {
    OLDEST: (
        # It has no before-parse event, so it parses the items of a Query; bytes are the only difference.
        "bytes_are_returned_undecoded",
        # Its model of SiteWise accepts only UUIDs for assets and properties.
        "external_id",
    )
}


@pytest.mark.parametrize("version", [OLDEST, "1.38.36", "1.40.72"])
def test_clients_work_with_the_botocore_of_a_lambda_runtime(version: str, tmp_path: Path) -> None:
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run([*uv, "--target", str(tmp_path), f"botocore=={version}"], check=True, timeout=300)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    check = f"import botocore; assert botocore.__version__ == {version!r}, botocore.__file__"
    subprocess.run([sys.executable, "-c", check], env=environment, check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *TESTS]
    if version in UNSUPPORTED:
        command += ["-k", f"not ({' or '.join(UNSUPPORTED[version])})"]
    run = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
