"""Messages of devices that cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.message_models import TWIN, TYPES, findings
from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "ingest",
    ["", ", connectors: [telemetry, plant]", ", properties: {t: a.b.c}, basicIngest: true, timeUnit: s"],
)
def test_nothing_is_found_when_messages_have_a_place(tmp_path: Path, ingest: str) -> None:
    assert findings(tmp_path, ingest) == []


def test_what_sitewise_computes_is_in_no_message(tmp_path: Path) -> None:
    types = (
        "com.e.M:\n  propertyDefinitions:\n    p: {dataType: DOUBLE, isTimeSeries: true}\n"
        "    mean: {expression: avg(p), window: 5m}\n  functions: {dataReader: plant}\n"
    )
    twin = (
        "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\ningest:\n"
        "  all: {topic: a/+, deviceId: topic(2), componentTypeId: com.e.M%s}\n"
    )
    files: dict[str, str | bytes] = {"component_types/t.yaml": types, "twin.yaml": twin % ""}
    assert finding_lines(write(tmp_path / "a", files)) == []

    files["twin.yaml"] = twin % ", expiresAfterDays: 30"
    assert finding_lines(write(tmp_path / "c", files)) == [
        "twin.yaml:5:85 TWIN082 rows expire after 30 days, but the rule writes none; remove it, or name a "
        "connector of kind dynamodb"
    ]

    files["twin.yaml"] = twin % ", properties: {mean: m}"
    assert finding_lines(write(tmp_path / "b", files)) == [
        'twin.yaml:5:86 TWIN082 "mean" of "com.e.M" is computed by AWS IoT SiteWise; remove it, no message '
        "carries it"
    ]


@pytest.mark.parametrize(
    ("ingest", "finding"),
    [
        (
            ", connectors: [telemetri]",
            'TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean "telemetry"?',
        ),
        (
            ", connectors: [telemetry, weather]",
            'TWIN082 connector "weather" is a function of your own, whose store is not known; name one of '
            "kind dynamodb or sitewise, or remove it",
        ),
        (
            ", connectors: [archive]",
            'TWIN082 no topic rule can write rows with the keys of connector "archive"; write to a table '
            "keyed by device and milliseconds, or let a function of your own write",
        ),
        (
            ", connectors: [telemetry, spare]",
            'TWIN082 "spare" is a second connector of kind dynamodb, and a rule writes to one of each; make a '
            "second entry of the same topic for it",
        ),
        (
            ", properties: {x: a}",
            'TWIN019 component type "com.e.S" has no time series "x"; use one of: t, word',
        ),
        (
            ", properties: {t: a-b}",
            'TWIN081 member of the message "a-b" is not allowed, it has "-" (U+002D HYPHEN-MINUS): 1 to 256 '
            'characters, names of letters a-z without accents, digits and "_", nested ones separated by "."; change it to what is allowed',
        ),
    ],
)
def test_messages_without_a_place_are_found(tmp_path: Path, ingest: str, finding: str) -> None:
    (line,) = findings(tmp_path, ingest)
    assert line.partition(" ")[2] == finding


@pytest.mark.parametrize(
    ("topic", "device_id", "expected"),
    [
        ("a/+/b", "topic(1)", 'part 1 of the topic "a/+/b" is "a" in every message, so it cannot be the device id; name a part that differs: 2'),
        ("a/+/b", "topic(4)", 'part 4 of the topic "a/+/b" does not exist, so it cannot be the device id; name a part that differs: 2'),
        ("a/b", "topic(2)", 'part 2 of the topic "a/b" is "b" in every message, so it cannot be the device id; write "+" for the device id'),
        ("a/+/b", "topic(2)", None),
        ("a/#", "topic(5)", None),
        ("a/b", "clientid()", None),
        ("a/b", "device.id", None),
    ],
)  # fmt: skip
def test_device_id_is_a_part_of_the_topic_that_differs(
    topic: str, device_id: str, expected: str | None, tmp_path: Path
) -> None:
    twin = TWIN.replace("a/+/b", f'"{topic}"').replace("topic(2)", device_id) % ""
    files: dict[str, str | bytes] = {"twin.yaml": twin, "component_types/t.yaml": TYPES % ("telemetry", "")}
    lines = [line.split(" ", 1)[1] for line in finding_lines(write(tmp_path, files))]
    # Whether a policy can fix the device id is another rule.
    assert [line for line in lines if not line.startswith("TWIN086")] == (
        [f"TWIN080 {expected}"] if expected else []
    )


def test_every_mistake_of_an_entry_is_reported_at_its_place(tmp_path: Path) -> None:
    assert findings(tmp_path, ", properties: {t: a, x: b}, connectors: [telemetry, nowhere]") == [
        'twin.yaml:9:93 TWIN019 component type "com.e.S" has no time series "x"; use one of: t, word',
        'twin.yaml:9:121 TWIN016 connector "nowhere" is not defined in twin.yaml; use one of: archive, plant, spare, '
        "telemetry, weather",
    ]


def test_unknown_type_of_messages_is_one_mistake(tmp_path: Path) -> None:
    twin = (TWIN % ", properties: {x: a}, connectors: [telemetry]").replace("com.e.S", "com.e.SS")
    files: dict[str, str | bytes] = {"twin.yaml": twin, "component_types/t.yaml": TYPES % ("telemetry", "")}
    assert finding_lines(write(tmp_path, files)) == [
        'twin.yaml:9:62 TWIN014 component type "com.e.SS" is not defined; did you mean "com.e.S"?'
    ]


@pytest.mark.parametrize("member", ["Value", "a.from.b", "wHEN"])
def test_word_of_sql_is_no_member_of_a_message(member: str, tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, f", time: {member}")
    word = "from" if "." in member else member
    assert finding == (
        f'twin.yaml:9:77 TWIN081 "{word}" is a word of AWS IoT\'s SQL, which cannot read a member of that name; have '
        "devices send it under another name"
    )


def test_rows_of_one_device_collide_once_for_each_pair_of_messages(tmp_path: Path) -> None:
    twin = TWIN % "" + "  more: {topic: b/+, deviceId: topic(2), componentTypeId: com.e.T}\n"
    types = TYPES % ("telemetry", "") + "com.e.T: {extendsFrom: [com.e.S]}\n"
    entity = "components: {s: {componentTypeId: com.e.S}, t: {componentTypeId: com.e.T}}"
    files: dict[str, str | bytes] = {
        "twin.yaml": twin,
        "component_types/t.yaml": types,
        "entities/e.yaml": f"m-1: {{entityName: M1, {entity}}}\nm-2: {{entityName: M2, {entity}}}\n",
    }
    (finding,) = finding_lines(write(tmp_path, files))
    assert finding.startswith('twin.yaml:10:9 TWIN083 "temps" and "more" both write rows of device "m-1"')
