"""The imports of the workspace reader."""

from __future__ import annotations

import json
import subprocess
import sys


def test_reader_imports_neither_the_cdk_nor_the_local_service() -> None:
    script = "import json, sys, twin_stack.client.reader; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    )
    assert "botocore" in loaded
    unwanted = ("aws_cdk", "constructs", "jsii", "twin_stack.local", "ministack")
    assert [name for name in loaded if name.startswith(unwanted)] == []
