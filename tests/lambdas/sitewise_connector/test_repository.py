"""SiteWise through botocore's own client."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.stub import Stubber

from connector_kit import Deadline, StoreError
from connector_kit.times import NANOSECONDS
from sitewise_connector import handler as handler_module
from sitewise_connector.addressing import Address
from sitewise_connector.repository import IdCache, SiteWiseRepository
from sitewise_connector.shapes import HistoryQuery, WriteEntry, WriteError
from tests.support.connector_events import definition, load_event
from tests.support.fake_sitewise import sitewise_value

START = 1_772_431_200 * NANOSECONDS


MINUTE = 60 * NANOSECONDS


ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"


FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"


RUNNING = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c02"


SERIAL = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c03"


def values(page: Mapping[str, Any], place: int = 0) -> list[Any]:
    return [(v["time"], v["value"]) for v in page["propertyValues"][place]["values"]]


@pytest.fixture
def client(aws_environment: None) -> Iterator[Any]:
    handler_module._environment_and_client.cache_clear()
    _, client, _ = handler_module._environment_and_client()
    yield client
    handler_module._environment_and_client.cache_clear()


def repository_of(client: Any, ids: IdCache | None = None) -> SiteWiseRepository:
    return SiteWiseRepository(client, Deadline(lambda: 60), {} if ids is None else ids)


RANGE: dict[str, Any] = {
    "startDate": datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
    "endDate": datetime(2026, 3, 2, 6, 10, tzinfo=UTC),
    "qualities": ["GOOD"],
    "timeOrdering": "ASCENDING",
}


NOTHING: dict[str, Any] = {"successEntries": [], "errorEntries": [], "skippedEntries": []}


def test_handler_reads_the_history_of_one_property_with_sitewises_shape(client: Any) -> None:
    operation = "get_asset_property_value_history"
    value = sitewise_value(START + MINUTE, doubleValue=4.5)
    with Stubber(client) as stubber:
        first = {"assetId": ASSET, "propertyId": FLOW, **RANGE, "maxResults": 102}
        stubber.add_response(operation, {"assetPropertyValueHistory": [], "nextToken": "dG9rZW4="}, first)
        stubber.add_response(
            operation, {"assetPropertyValueHistory": [value]}, first | {"nextToken": "dG9rZW4="}
        )
        event = load_event("sitewise_history_by_entity", selectedProperties=["flow"])
        page = handler_module.handler(event, None)
        stubber.assert_no_pending_responses()
    assert values(page) == [("2026-03-02T06:01:00Z", {"doubleValue": 4.5})]


def test_handler_reads_the_history_of_several_properties_with_sitewises_shape(client: Any) -> None:
    value = sitewise_value(START + MINUTE, doubleValue=4.5)
    entries = [
        {"entryId": str(number), "assetId": ASSET, "propertyId": property_id, **RANGE}
        for number, property_id in enumerate((FLOW, RUNNING))
    ]
    got = {**NOTHING, "successEntries": [{"entryId": "0", "assetPropertyValueHistory": [value]}]}
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_get_asset_property_value_history",
            {**got, "nextToken": "dG9rZW4="},
            {"entries": entries, "maxResults": 204},
        )
        alone = {"assetId": ASSET, **RANGE, "maxResults": 102}
        operation = "get_asset_property_value_history"
        after = {"propertyId": FLOW, "startDate": datetime(2026, 3, 2, 6, 1, tzinfo=UTC)}
        stubber.add_response(operation, {"assetPropertyValueHistory": []}, alone | after)
        running = [sitewise_value(START + MINUTE, booleanValue=True)]
        stubber.add_response(
            operation, {"assetPropertyValueHistory": running}, alone | {"propertyId": RUNNING}
        )
        page = handler_module.handler(load_event("sitewise_history_by_entity"), None)
        stubber.assert_no_pending_responses()
    assert values(page) == [("2026-03-02T06:01:00Z", {"doubleValue": 4.5})]
    assert values(page, 1) == [("2026-03-02T06:01:00Z", {"booleanValue": True})]


def test_batches_have_sixteen_entries_and_twenty_thousand_values_at_most(client: Any) -> None:
    operation = "batch_get_asset_property_value_history"
    queries = [
        HistoryQuery(Address(f"p{n}", alias=f"/{n}"), RANGE["startDate"], RANGE["endDate"], True, 2_000)
        for n in range(17)
    ]
    with Stubber(client) as stubber:
        for first, last, limit in ((0, 16, 20_000), (16, 17, 2_000)):
            entries = [
                {"entryId": str(n - first), "propertyAlias": f"/{n}", **RANGE} for n in range(first, last)
            ]
            answers = [
                {
                    "entryId": str(n - first),
                    "assetPropertyValueHistory": [sitewise_value(START, integerValue=n)],
                }
                for n in range(first, last)
            ]
            stubber.add_response(
                operation,
                {**NOTHING, "successEntries": answers[::-1]},
                {"entries": entries, "maxResults": limit},
            )
        result = repository_of(client).histories(queries)
        stubber.assert_no_pending_responses()
    assert [result[query].values[0]["value"] for query in queries] == [{"integerValue": n} for n in range(17)]
    assert all(values.is_last for values in result.values())


def test_newest_values_are_read_in_batches_of_128(client: Any) -> None:
    addresses = [Address(f"p{n}", alias=f"/{n}") for n in range(129)]
    with Stubber(client) as stubber:
        for first, last in ((0, 128), (128, 129)):
            entries = [{"entryId": str(n - first), "propertyAlias": f"/{n}"} for n in range(first, last)]
            got = [
                {"entryId": entry["entryId"], "assetPropertyValue": sitewise_value(START, integerValue=1)}
                for entry in entries
            ]
            stubber.add_response(
                "batch_get_asset_property_value", NOTHING | {"successEntries": got}, {"entries": entries}
            )
        result = repository_of(client).latest_of(addresses)
        stubber.assert_no_pending_responses()
    assert result.keys() == set(addresses)


def test_handler_reads_one_attribute_with_sitewises_shape(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(
            "get_asset_property_value",
            {"propertyValue": sitewise_value(START, stringValue="SN-9")},
            {"assetId": ASSET, "propertyId": SERIAL},
        )
        page = handler_module.handler(load_event("sitewise_attribute_by_entity"), None)
    assert page["propertyValues"]["serial"]["propertyValue"] == {"stringValue": "SN-9"}


def two_attributes() -> Any:
    event = load_event("sitewise_attribute_by_entity", selectedProperties=["serial", "flow"])
    event["properties"]["flow"] = definition(
        "DOUBLE", isStoredExternally=True, configuration={"sitewisePropertyId": FLOW}
    )
    return event


def test_handler_reads_several_attributes_with_sitewises_shape(client: Any) -> None:
    entries = [
        {"entryId": str(number), "assetId": ASSET, "propertyId": property_id}
        for number, property_id in enumerate((SERIAL, FLOW))
    ]
    operation = "batch_get_asset_property_value"
    value = sitewise_value(START, stringValue="SN-9")
    with Stubber(client) as stubber:
        stubber.add_response(
            operation,
            {**NOTHING, "successEntries": [{"entryId": "1"}], "nextToken": "bmV4dA=="},
            {"entries": entries},
        )
        stubber.add_response(
            operation,
            {
                **NOTHING,
                "successEntries": [{"entryId": "0", "assetPropertyValue": value}],
                "skippedEntries": [{"entryId": "1", "completionStatus": "SUCCESS"}],
            },
            {"entries": entries, "nextToken": "bmV4dA=="},
        )
        page = handler_module.handler(two_attributes(), None)
        stubber.assert_no_pending_responses()
    assert {name: item["propertyValue"] for name, item in page["propertyValues"].items()} == {
        "serial": {"stringValue": "SN-9"}
    }


def test_attribute_that_a_batch_leaves_out_is_an_error(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_get_asset_property_value", {**NOTHING, "successEntries": [{"entryId": "0"}]}
        )
        with pytest.raises(
            StoreError,
            match=rf"^iotsitewise:BatchGetAssetPropertyValue gave no answer for flow \(property {FLOW}",
        ):
            handler_module.handler(two_attributes(), None)


def test_external_ids_are_cached_until_sitewise_returns_not_found(client: Any) -> None:
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["sitewiseAssetId"]["value"] = {"stringValue": "externalId:pump-3"}
    event["properties"]["serial"]["definition"]["configuration"] = {"sitewisePropertyExternalId": "serial"}
    params = {"assetId": "externalId:pump-3", "propertyId": "externalId:serial"}
    outer = {"assetId": ASSET, "assetName": "pump 3", "assetModelId": ASSET}
    prop = {"id": SERIAL, "name": "Serial", "dataType": "STRING"}
    composite = {"name": "plate", "type": "plate", "assetProperty": prop}
    result = {"propertyValue": sitewise_value(START, stringValue="SN-9")}
    read, ids = "get_asset_property_value", {"assetId": ASSET, "propertyId": SERIAL}
    with Stubber(client) as stubber:
        stubber.add_response("describe_asset_property", {**outer, "assetProperty": prop}, params)
        stubber.add_response(read, result, ids)
        stubber.add_response(read, result, ids)
        stubber.add_client_error(read, "ResourceNotFoundException", "no such asset", 404)
        stubber.add_response("describe_asset_property", {**outer, "compositeModel": composite}, params)
        stubber.add_response(read, result, ids)
        for fails in (False, False, True, False):
            if fails:
                with pytest.raises(StoreError):
                    handler_module.handler(event, None)
                continue
            page = handler_module.handler(event, None)
            assert page["propertyValues"]["serial"]["propertyValue"] == {"stringValue": "SN-9"}
        stubber.assert_no_pending_responses()


def test_unknown_external_id_of_an_asset_is_named(client: Any) -> None:
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["serial"]["definition"]["configuration"] = {"sitewisePropertyExternalId": "serial"}
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_asset_property", "ResourceNotFoundException", "none", 404)
        with pytest.raises(StoreError) as error:
            handler_module.handler(event, None)
    assert str(error.value).startswith(
        f"iotsitewise:DescribeAssetProperty on serial (property externalId:serial of asset {ASSET}) failed: "
    )


SINGLE = {
    "GetAssetPropertyValueHistory": load_event("sitewise_history_by_entity", selectedProperties=["flow"]),
    "GetAssetPropertyValue": load_event("sitewise_attribute_by_entity"),
    "BatchGetAssetPropertyValueHistory": load_event("sitewise_history_by_entity"),
    "BatchGetAssetPropertyValue": two_attributes(),
}


@pytest.mark.parametrize("called", SINGLE)
def test_failure_of_sitewise_has_a_remedy(client: Any, called: str) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error(xform_name(called), "ResourceNotFoundException", "no such asset", 404)
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    first = SINGLE[called]["selectedProperties"][0]
    assert message.startswith(f"iotsitewise:{called} on {first} (property 9a7d1c52-")
    words = "no such asset; check the ids, external ids or alias of asset and property, and the region"
    assert words in message
    assert "entityId='pump-3', componentName='drive'" in message


ENTRY_ERRORS: dict[str, dict[str, Any]] = {
    "failed": {
        "errorEntries": [{"entryId": "1", "errorCode": "AccessDeniedException", "errorMessage": "not yours"}]
    },
    "failed on a page before": {
        "skippedEntries": [
            {
                "entryId": "1",
                "completionStatus": "ERROR",
                "errorInfo": {"errorCode": "AccessDeniedException", "errorTimestamp": 1_772_431_200},
            }
        ]
    },
}


@pytest.mark.parametrize("entry", ENTRY_ERRORS)
@pytest.mark.parametrize("called", [name for name in SINGLE if name.startswith("Batch")])
def test_failure_of_one_entry_fails_the_batch_and_names_the_property(
    client: Any, called: str, entry: str
) -> None:
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(called), NOTHING | ENTRY_ERRORS[entry])
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    second = SINGLE[called]["selectedProperties"][1]
    assert message.startswith(f"iotsitewise:{called} on {second} (property 9a7d1c52-")
    assert "failed: AccessDeniedException" in message
    assert "; allow the function's role this action on the asset, or on the time series" in message


def test_failures_of_several_entries_are_all_named_with_the_remedy_of_the_first(client: Any) -> None:
    errors = [
        {"entryId": "0", "errorCode": "AccessDeniedException", "errorMessage": "not yours"},
        {"entryId": "1", "errorCode": "InternalFailureException", "errorMessage": "broken"},
    ]
    called = next(name for name in SINGLE if name.startswith("Batch"))
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(called), NOTHING | {"errorEntries": errors})
        with pytest.raises(StoreError) as error:
            handler_module.handler(SINGLE[called], None)
    message = str(error.value)
    assert "failed: AccessDeniedException: not yours, InternalFailureException: broken; allow the" in message


def test_times_reach_sitewise_in_microseconds(client: Any) -> None:
    sent: list[Any] = []
    session: Any = botocore.session.get_session().create_client("iotsitewise")
    session.meta.events.register(
        "before-call.iotsitewise.*", lambda params, **_: sent.append(params["query_string"])
    )
    session.meta.events.register(
        "before-send.iotsitewise.*", lambda **_: pytest.fail("stopped before the network")
    )
    instant = datetime(2026, 3, 2, 6, 0, 0, 1, tzinfo=UTC)
    query = HistoryQuery(Address("flow", ASSET, FLOW), instant, instant, ascending=True, limit=1)
    with pytest.raises(pytest.fail.Exception):
        repository_of(session).history(query)
    assert sent[0]["startDate"] == "2026-03-02T06:00:00.000001Z"


NOW = 1_772_431_200


ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"


FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"


MODEL = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"


TIME = {"timeInSeconds": NOW, "offsetInNanos": 0}


VALUE = {"value": {"doubleValue": 1.0}, "timestamp": TIME, "quality": "GOOD"}


def test_writes_have_sitewises_shape_and_an_unknown_external_id_stops_its_entry_only(client: Any) -> None:
    entries = [
        WriteEntry(Address("flow", alias="/flow"), [VALUE]),
        WriteEntry(Address("gone", ASSET, "externalId:gone"), [VALUE]),
        WriteEntry(Address("head", ASSET, FLOW), [VALUE]),
    ]
    error = {"errorCode": "AccessDeniedException", "errorMessage": "not yours", "timestamps": [TIME]}
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_asset_property", "ResourceNotFoundException", "none", 404)
        stubber.add_response(
            "batch_put_asset_property_value",
            {"errorEntries": [{"entryId": "2", "errors": [error]}]},
            {
                "enablePartialEntryProcessing": True,
                "entries": [
                    {"entryId": "0", "propertyAlias": "/flow", "propertyValues": [VALUE]},
                    {"entryId": "2", "assetId": ASSET, "propertyId": FLOW, "propertyValues": [VALUE]},
                ],
            },
        )
        written, gone, denied = repository_of(client).write(entries)
        stubber.assert_no_pending_responses()
    assert written == []
    assert [(failure.code, failure.timestamps) for failure in gone] == [("ConnectorFailureException", ())]
    assert gone[0].message.startswith(
        "iotsitewise:DescribeAssetProperty on gone (property externalId:gone of"
    )
    assert denied == [
        WriteError(
            "AccessDeniedException",
            f"iotsitewise:BatchPutAssetPropertyValue on head (property {FLOW} of asset {ASSET}) failed: "
            "not yours; allow the function's role this action on the asset, or on the time series",
            [TIME],
        )
    ]


def test_nothing_is_sent_when_no_external_id_is_known(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_asset_property", "ResourceNotFoundException", "none", 404)
        ((error,),) = repository_of(client).write(
            [WriteEntry(Address("gone", ASSET, "externalId:gone"), [VALUE])]
        )
    assert "none; check the ids, external ids or alias" in error.message


def summary(name: str, data_type: str = "DOUBLE", kind: str = "measurement", **more: Any) -> dict[str, Any]:
    return {"id": FLOW, "name": name, "dataType": data_type, "type": {kind: {}}, **more}


def test_model_is_read_page_by_page_with_sitewises_shape(client: Any) -> None:
    params = {"assetModelId": MODEL, "maxResults": 250}
    operation = "list_asset_model_properties"
    with Stubber(client) as stubber:
        first = {"assetModelPropertySummaries": [summary("a")], "nextToken": "bmV4dA=="}
        stubber.add_response(operation, first, params)
        second = {"assetModelPropertySummaries": [summary("b")]}
        stubber.add_response(operation, second, params | {"nextToken": "bmV4dA=="})
        result = repository_of(client).model_properties(MODEL)
        stubber.assert_no_pending_responses()
    assert [item["name"] for item in result] == ["a", "b"]


def test_missing_model_is_named(client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("list_asset_model_properties", "ResourceNotFoundException", "none", 404)
        with pytest.raises(
            StoreError, match=f"^iotsitewise:ListAssetModelProperties on asset model {MODEL} f"
        ):
            repository_of(client).model_properties(MODEL)
