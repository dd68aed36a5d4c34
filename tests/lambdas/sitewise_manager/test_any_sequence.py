"""Any sequence of deployments converges, deletes no property with values, and makes no asset twice."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.sitewise_stack import (
    DeploymentFailedError,
    DirectSiteWise,
    SiteWiseStack,
    asset_resource,
    model_resource,
    points,
    sitewise_in,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = ("Mill", "Oven")
NAMES = ("p", "q", "r")
DEVICES = ("d-1", "d-2", "d-3")
LINES = ("line-1", "line-2")
VALUES = {"DOUBLE": 1.5, "STRING": "on", "INTEGER": 3}


@dataclass(frozen=True)
class State:
    """What a template declares.

    Attributes:
        properties: Data types of the properties of each type.
        devices: Type of each device, and the line above it.
        components: Name of the components of all devices.
        fails: Whether another resource of the stack fails.
        written: Devices and properties that get a point afterwards.
    """

    properties: Mapping[str, Mapping[str, str]]
    devices: Mapping[str, tuple[str, str | None]]
    components: str
    fails: bool
    written: frozenset[tuple[str, str]] = field(default=frozenset())

    def template(self) -> dict[str, tuple[str, dict[str, Any]]]:
        models = {
            f"{type_id}Model": model_resource(
                type_id,
                [{"Name": name, "Kind": "Measurement", "DataType": kind} for name, kind in declared.items()],
            )
            for type_id, declared in self.properties.items()
        }
        line_model = model_resource(
            "Line", [], children={type_id: f"{type_id}Model" for type_id in self.properties}
        )
        lines = {name: asset_resource(name, "Line", "LineModel") for name in LINES}
        devices = {
            f"{device}.{type_id}": asset_resource(
                device, type_id, f"{type_id}Model", component=self.components, parent=line
            )
            for device, (type_id, line) in self.devices.items()
        }
        return {**models, "LineModel": line_model, **lines, **devices}


states = st.builds(
    State,
    properties=st.fixed_dictionaries(
        {
            type_id: st.dictionaries(st.sampled_from(NAMES), st.sampled_from(sorted(VALUES)), min_size=1)
            for type_id in TYPES
        }
    ),
    devices=st.dictionaries(
        st.sampled_from(DEVICES), st.tuples(st.sampled_from(TYPES), st.sampled_from((None, *LINES)))
    ),
    components=st.sampled_from(("device", "machine")),
    fails=st.booleans(),
    written=st.frozensets(st.tuples(st.sampled_from(DEVICES), st.sampled_from(NAMES)), max_size=3),
)


@given(st.lists(states, min_size=1, max_size=6))
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    # Shrinking a sequence of deployments takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_sequence_of_deployments_keeps_every_point_and_converges(sequence: list[State]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sitewise = sitewise_in(Path(folder))
        stack = SiteWiseStack(sitewise)
        history: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        deployed: State | None = None
        for state in sequence:
            try:
                stack.deploy(state.template(), fails=state.fails)
                deployed = state
            except DeploymentFailedError:
                assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
            _check_points(sitewise, history)
            if deployed is not None:
                _check_state(sitewise, stack, deployed)
                _write(sitewise, deployed, state.written, history)
        if deployed is not None:
            # The same template again changes nothing, whatever failed in between.
            stack.deploy(deployed.template())
            _check_state(sitewise, stack, deployed)
            _check_points(sitewise, history)


def _write(
    sitewise: DirectSiteWise,
    state: State,
    written: frozenset[tuple[str, str]],
    history: dict[tuple[str, str], list[tuple[int, Any]]],
) -> None:
    """Write a point of each property that exists, and remember it by asset and property."""
    for device, name in sorted(written):
        type_id = state.devices.get(device, ("", None))[0]
        if name in state.properties.get(type_id, {}):
            alias = f"/plant/{device}/{name}"
            series = sitewise.describe_time_series(alias=alias)
            point = write(sitewise, alias, VALUES[state.properties[type_id][name]])
            history.setdefault((series["assetId"], series["propertyId"]), []).append(point)


def _check_points(sitewise: DirectSiteWise, history: Mapping[tuple[str, str], list[tuple[int, Any]]]) -> None:
    for (asset_id, property_id), expected in history.items():
        assert points(sitewise, assetId=asset_id, propertyId=property_id) == expected


def _check_state(sitewise: DirectSiteWise, stack: SiteWiseStack, state: State) -> None:
    """Check that each device is one asset with all its aliases, below its line."""
    for device, (type_id, line) in state.devices.items():
        asset_id = stack.id_of(f"{device}.{type_id}")
        asset = sitewise.describe_asset(assetId=asset_id)
        assert asset["assetName"] == f"plant/{device}/{state.components}"
        aliases = {item["name"]: item.get("alias") for item in asset["assetProperties"]}
        for name in state.properties[type_id]:
            assert aliases[name] == f"/plant/{device}/{name}"
        parents = sitewise.list_associated_assets(assetId=asset_id, traversalDirection="PARENT")
        assert [item["id"] for item in parents["assetSummaries"]] == (
            [stack.id_of(line)] if line is not None else []
        )
    external_ids = [
        item.get("externalId")
        for model in sitewise.list_asset_models()["assetModelSummaries"]
        for item in sitewise.list_assets(assetModelId=model["id"])["assetSummaries"]
    ]
    assert len(set(external_ids)) == len(external_ids)
    assert None not in external_ids


def test_point_that_is_gone_would_be_noticed() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sitewise = sitewise_in(Path(folder))
        stack = SiteWiseStack(sitewise)
        state = State({"Mill": {"p": "DOUBLE"}}, {"d-1": ("Mill", None)}, "device", fails=False)
        stack.deploy(state.template())
        history: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        _write(sitewise, state, frozenset({("d-1", "p")}), history)
        assert len(history) == 1
        sitewise.delete_asset(assetId=stack.id_of("d-1.Mill"))

        try:
            _check_points(sitewise, history)
        except (AssertionError, ClientError):
            return
        raise AssertionError("the loss was not noticed")
