"""The form of SiteWise's metadata transfer files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin_stack.definition.findings import Location
from twin_stack.definition.yaml_reader import YamlReader
from twin_stack.formats.sitewise.file_schema import ASSETS, MODELS, fits, violations

FILE = Path("a.json")
UUID = "5f0e4b8c-0000-4000-8000-000000000001"
PROPERTY = "{externalId: p1, name: P, dataType: DOUBLE, type: {measurement: {}}}"
MODEL = f"{{assetModelExternalId: pump, assetModelName: Pump, assetModelProperties: [{PROPERTY}]}}"
ASSET = f"{{assetId: {UUID}, assetModelExternalId: pump, assetName: Pump 1}}"


def item(text: str) -> Any:
    return YamlReader(FILE, text, None).read()


def findings(section: str, text: str) -> list[str]:
    """What is wrong with an item, each with the text at its place."""
    value = item(text)
    shown = [
        f"{text[finding.location.column - 1 :][:8]}| {finding.code} {finding.text}"
        for finding in violations(section, value, Location(FILE, 1, 1))
    ]
    assert fits(section, value) == (not shown)
    return shown


@pytest.mark.parametrize(
    ("section", "text"),
    [
        (MODELS, MODEL),
        (MODELS, MODEL.replace("measurement: {}", "attribute: {defaultValue: '5'}")),
        (
            MODELS,
            MODEL.replace(
                "measurement: {}",
                "metric: {expression: avg(a), window: {tumbling: {interval: 1h}}, "
                "variables: [{name: a, value: {propertyExternalId: p1}}]}",
            ),
        ),
        (MODELS, f"{{assetModelId: {UUID}, assetModelName: Pump, tags: [{{key: a, value: ''}}]}}"),
        (ASSETS, ASSET),
        (
            ASSETS,
            ASSET.replace("}", ", assetProperties: [{externalId: p1, alias: /a, attributeValue: '1'}]}"),
        ),
    ],
)
def test_item_of_the_documented_form_has_no_finding(section: str, text: str) -> None:
    assert findings(section, text) == []


@pytest.mark.parametrize(
    ("section", "text", "finding"),
    [
        (MODELS, "5", "5| TWIN004 an item of assetModels is 5, not a mapping; write a mapping"),
        (
            MODELS,
            "{assetModelExternalId: pump}",
            '{assetMo| TWIN006 "assetModelName" is missing; add it',
        ),
        (
            MODELS,
            "{assetModelName: Pump}",
            '{assetMo| TWIN006 "assetModelId" or "assetModelExternalId" is missing; add one of them',
        ),
        (
            MODELS,
            MODEL.replace("assetModelName", "assetModelNam: x, assetModelName"),
            'assetMod| TWIN003 "assetModelNam" is not a known key; did you mean "assetModelName"?',
        ),
        (
            MODELS,
            MODEL.replace("DOUBLE", "DOUBEL"),
            'DOUBEL, | TWIN005 "dataType" is "DOUBEL", which is not allowed; did you mean "DOUBLE"?',
        ),
        (
            MODELS,
            MODEL.replace(f"[{PROPERTY}]", "{}"),
            '{}}| TWIN004 "assetModelProperties" is a mapping, not a list; write a list',
        ),
        (
            MODELS,
            MODEL.replace("name: P,", "name: 5,"),
            '5, dataT| TWIN004 "name" is 5, not a text; write a text',
        ),
        (
            ASSETS,
            ASSET.replace(UUID, UUID.upper()),
            f'{UUID.upper()[:8]}| TWIN005 "assetId" is "{UUID.upper()}", which is not allowed: '
            "36 to 36 characters, a UUID in lower case; correct it",
        ),
        (
            ASSETS,
            ASSET.replace("}", ", assetHierarchies: [{externalId: h1}]}"),
            '{externa| TWIN006 "childAssetId" or "childAssetExternalId" is missing; add one of them',
        ),
    ],
)
def test_violation_is_reported_at_its_member(section: str, text: str, finding: str) -> None:
    assert findings(section, text) == [finding]


def test_each_violation_of_an_item_is_reported() -> None:
    text = "{assetModelExternalId: -, assetModelName: '', tags: [{key: a}, 5]}"
    assert [finding.split("|")[0] for finding in findings(MODELS, text)] == [
        "-, asset",
        "'', tags",
        "{key: a}",
        "5]}",
    ]
    metric = "metric: {expression: a, variables: [{name: A, value: {}}]}"
    assert [
        finding.split("| ")[1] for finding in findings(MODELS, MODEL.replace("measurement: {}", metric))
    ] == [
        'TWIN006 "window" is missing; add it',
        'TWIN005 "name" is "A", which is not allowed: 1 to 64 characters, small letters, digits and _, with '
        "a letter first; correct it",
        'TWIN006 "propertyId" or "propertyExternalId" is missing; add one of them',
    ]


def test_text_beyond_its_most_characters_is_refused() -> None:
    for length, expected in ((256, True), (257, False)):
        assert fits(ASSETS, item(ASSET.replace("Pump 1", "x" * length))) is expected
