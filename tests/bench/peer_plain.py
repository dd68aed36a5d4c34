"""The factory by hand, for an AWS that lacks TwinMaker.

Run it as `python -m tests.bench.peer_plain CONTEXT SCENE.json`.

What plain ministack does not know becomes an SSM parameter with the same text: as many resources, as
many files to upload, in the same order.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

UNKNOWN = ("AWS::IoTTwinMaker::", "Custom::SiteWise")


def plain(template: dict[str, Any]) -> dict[str, Any]:
    """Return the template without the types that plain ministack does not support."""
    resources = template["Resources"]
    unknown = [name for name, resource in resources.items() if resource["Type"].startswith(UNKNOWN)]
    for name in unknown:
        resource = resources[name]
        value = json.dumps(resource["Properties"])[:4000]
        resources[name] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": value},
            "DependsOn": resource.get("DependsOn", []),
        }

    def known(value: Any) -> Any:
        if isinstance(value, dict):
            attribute = value.get("Fn::GetAtt")
            if attribute and attribute[0] in unknown:
                return {"Ref": attribute[0]}
            return {key: known(member) for key, member in value.items()}
        return [known(member) for member in value] if isinstance(value, list) else value

    plain_template: dict[str, Any] = known(template)
    return plain_template


def main() -> None:
    """Synthesize to the folder that the CDK CLI sets."""
    out = os.environ["CDK_OUTDIR"]
    sys.argv[1:1] = [out]
    runpy.run_module("tests.bench.peer_factory")
    (file,) = Path(out).glob("*.template.json")
    file.write_text(json.dumps(plain(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")


if __name__ == "__main__":
    main()
