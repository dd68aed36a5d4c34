"""Asset models, points and reads of the local SiteWise, shared by its tests."""

from __future__ import annotations

from typing import Any

NOW = 1_700_000_000


def model(client: Any, name: str = "Mixer", **members: Any) -> Any:
    properties = [
        {
            "name": "Temperature",
            "externalId": "temperature",
            "dataType": "DOUBLE",
            "unit": "C",
            "type": {"measurement": {}},
        },
        {"name": "State", "dataType": "STRING", "type": {"measurement": {}}},
        {"name": "Serial", "dataType": "STRING", "type": {"attribute": {"defaultValue": "none"}}},
        {"name": "Count", "dataType": "INTEGER", "type": {"attribute": {"defaultValue": "3"}}},
    ]
    request = {"assetModelName": name, "assetModelProperties": properties, **members}
    created = client.create_asset_model(**request)
    return client.describe_asset_model(assetModelId=created["assetModelId"])


def ids(described: Any) -> dict[str, str]:
    properties = described.get("assetProperties") or described["assetModelProperties"]
    return {item["name"]: item["id"] for item in properties}


def tqv(second: int, value: Any = None, quality: str = "GOOD", nanos: int = 0) -> Any:
    content = value if isinstance(value, dict) else {"doubleValue": float(second if value is None else value)}
    timestamp = {"timeInSeconds": NOW + second, "offsetInNanos": nanos}
    return {"value": content, "timestamp": timestamp, "quality": quality}


def put(client: Any, address: Any, *values: Any) -> Any:
    errors = []
    for start in range(0, len(values), 10):
        entry = {"entryId": "a", **address, "propertyValues": list(values[start : start + 10])}
        errors += client.batch_put_asset_property_value(entries=[entry])["errorEntries"]
    return errors


def seconds(points: Any) -> list[int]:
    return [point["timestamp"]["timeInSeconds"] - NOW for point in points]


def history(client: Any, address: Any, start: float, end: float, **members: Any) -> Any:
    return client.get_asset_property_value_history(
        **address, startDate=NOW + start, endDate=NOW + end, **members
    )
