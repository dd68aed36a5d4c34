"""ministack's CloudFormation, on stand-ins for its modules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twin_stack.local.ministack.cloudformation import CloudFormation
from twin_stack.local.recovery_journal import TouchedResource


def make(stacks: dict[Any, Any], events: dict[Any, Any] | None = None) -> tuple[CloudFormation, Any, Any]:
    module = SimpleNamespace(
        _stacks=SimpleNamespace(_data=stacks), _stack_events=SimpleNamespace(_data=events or {})
    )
    provisioners = SimpleNamespace(_RESOURCE_HANDLERS={}, _REPLACING_PROPERTIES={}, _STACK_TAG_PROPERTY={})
    threads = SimpleNamespace(_runs_on_worker_thread=lambda type_name: type_name == "AWS::Slow::Type")
    responses = SimpleNamespace(get_account_id=lambda: "1", get_region=lambda: "r")
    changesets = SimpleNamespace(_IMPORT_LOOKUPS={}, _IMPORT_NOT_FOUND="{type} {value} was not found")
    return CloudFormation(module, provisioners, threads, changesets, responses), provisioners, threads


def test_handlers_of_a_registered_type_run_on_a_thread() -> None:
    cloudformation, provisioners, threads = make({})
    cloudformation.register("AWS::My::Type", {"create": print}, create_only=("Id",), tags="map")

    assert {"AWS::My::Type": {"create": print}} == provisioners._RESOURCE_HANDLERS
    assert provisioners._REPLACING_PROPERTIES == {"AWS::My::Type": ("Id",)}
    assert provisioners._STACK_TAG_PROPERTY == {"AWS::My::Type": ("Tags", "map")}
    on_thread = {name: threads._runs_on_worker_thread(name) for name in ("AWS::My::Type", "AWS::Slow::Type")}
    assert on_thread == {"AWS::My::Type": True, "AWS::Slow::Type": True}
    assert not threads._runs_on_worker_thread("AWS::Other::Type")


def test_a_stack_in_progress_is_not_settled() -> None:
    stack = {"StackStatus": "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}
    cloudformation, _, _ = make({("1", "r", "plant"): stack})
    assert cloudformation.has_unsettled_stacks

    stack["StackStatus"] = "UPDATE_COMPLETE"
    assert not cloudformation.has_unsettled_stacks


def test_progress_changes_with_each_event_of_a_stack() -> None:
    events: dict[str, list[str]] = {"plant": ["begun"]}
    cloudformation, _, _ = make({}, events)
    before = cloudformation.progress()
    events["plant"].append("done")

    assert cloudformation.progress() != before


def test_resources_of_stacks_come_with_their_properties() -> None:
    resource = {"ResourceType": "T", "PhysicalResourceId": "plant|pump", "Properties": {"EntityName": "Pump"}}
    cloudformation, _, _ = make({("1", "r", "plant"): {"_resources": {"Pump": resource}}})

    key = TouchedResource("1", "r", "T", "plant|pump")
    assert list(cloudformation.stack_resources()) == [(key, {"EntityName": "Pump"})]
