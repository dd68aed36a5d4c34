"""Every list is read to its last page, several things at a time and in order."""

from __future__ import annotations

from typing import Any

from twin_stack.formats.workspace.account import WorkspaceAccount


class Paged:
    """A stand-in for TwinMaker: one entity a page, whose component is not returned whole."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def list_entities(self, *, nextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803
        number = int(nextToken)
        page: dict[str, Any] = {"entitySummaries": [{"entityId": f"e-{2 - number}"}]}
        return page if number == 2 else {**page, "nextToken": str(number + 1)}

    def get_entity(self, *, entityId: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        component = {"componentTypeId": "t", "areAllPropertiesReturned": False, "properties": {}}
        return {
            "entityId": entityId,
            "arn": f"arn:{entityId}",
            "areAllComponentsReturned": False,
            "components": {"first": component},
        }

    def list_components(self, *, componentPath: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        self.calls.append(f"components of {componentPath}")
        names = {"": ["first", "second"], "second": ["part"]}.get(componentPath, [])
        return {"componentSummaries": [{"componentName": n, "componentTypeId": "whole"} for n in names]}

    def list_properties(
        self,
        *,
        componentName: str = "",  # noqa: N803
        componentPath: str = "",  # noqa: N803
        nextToken: str = "1",  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        path = componentName or componentPath
        page: dict[str, Any] = {"propertySummaries": [{"propertyName": f"{path} {nextToken}"}]}
        return page if nextToken == "2" else {**page, "nextToken": "2"}

    def list_tags_for_resource(self, *, resourceARN: str, nextToken: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"tags": {resourceARN: "2"}} if nextToken else {"tags": {"a": "1"}, "nextToken": "x"}


def test_all_pages_are_read_and_entities_come_in_order() -> None:
    account = WorkspaceAccount(Paged(), "w")
    entity_ids = account.entity_ids()
    assert entity_ids == ["e-0", "e-1", "e-2"]
    entities = list(account.entities(entity_ids, {"whole"}))
    assert [entity.response["entityId"] for entity in entities] == entity_ids
    assert entities[0].tags == {"a": "1", "arn:e-0": "2"}


def test_what_get_entity_leaves_out_is_listed() -> None:
    client = Paged()
    (entity,) = WorkspaceAccount(client, "w").entities(["e-0"], {"whole"})
    components = entity.response["components"]
    assert sorted(components) == ["first", "second"]
    assert sorted(components["first"]["properties"]) == ["first 1", "first 2"]
    assert list(entity.parts) == ["second/part"]
    assert sorted(entity.parts["second/part"]["properties"]) == ["second/part 1", "second/part 2"]
    # Only what has parts is asked for them.
    assert "components of first" not in client.calls
