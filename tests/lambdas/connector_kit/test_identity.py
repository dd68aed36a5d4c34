import pytest

from connector_kit import external_id_name, parse_event
from tests.support.connector_events import definition, load_event


@pytest.mark.parametrize(
    ("with_default", "key_property", "name"),
    [
        ("", None, "assetId"),
        ("tagId", None, "tagId"),
        ("tagId", "pressId", "pressId"),
        ("", "mode", "assetId"),
    ],
)
def test_owner_is_named_by_the_first_external_id_or_by_one_that_has_a_value(
    with_default: str, key_property: str | None, name: str
) -> None:
    ids = {
        external_id: definition(
            "STRING",
            isExternalId=True,
            **({"defaultValue": {"stringValue": "d"}} if external_id == with_default else {}),
        )
        for external_id in ("tagId", "pressId", "assetId")
    }
    properties = {**ids, "pressure": definition("DOUBLE")}
    event = load_event("history_by_component_type", properties=properties, selectedProperties=["pressure"])
    assert external_id_name(parse_event(event), key_property) == name
