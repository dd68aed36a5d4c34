"""Provisioning of one resource, with a service that fails."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from twin_stack.local.cloudformation.resources import Provisioner, ProvisioningError
from twin_stack.local.service import ServiceError

MISSING = ServiceError("ResourceNotFoundException", "there is none")


class Pumps:
    """A resource type whose service stores pumps in a dictionary."""

    type_name: ClassVar[str] = "AWS::My::Pump"
    service: ClassVar[str] = "pumps"
    create_only: ClassVar[tuple[str, ...]] = ()
    identifiers: ClassVar[tuple[str, ...]] = ("Id",)
    tags: ClassVar[str] = "map"

    def __init__(self) -> None:
        self.stored: dict[str, Any] = {}
        self.fault: Exception | None = None
        self.status: dict[str, Any] = {"state": "ACTIVE"}

    def physical_id(self, properties: Any) -> str:
        return str(properties["Id"])

    def create(self, call: Any, physical_id: str, properties: Any) -> None:  # noqa: ARG002
        self.stored[physical_id] = properties
        if self.fault:
            raise self.fault

    def update(self, call: Any, physical_id: str, old: Any, new: Any) -> None:  # noqa: ARG002
        if self.fault:
            raise self.fault
        self.stored[physical_id] = new

    def delete(self, call: Any, physical_id: str) -> None:  # noqa: ARG002
        if physical_id not in self.stored:
            raise MISSING
        del self.stored[physical_id]

    def describe(self, call: Any, physical_id: str) -> Any:  # noqa: ARG002
        if physical_id not in self.stored:
            raise MISSING
        return self.stored[physical_id]

    def state(self, description: Any) -> Any:  # noqa: ARG002
        return self.status

    def attributes(self, description: Any) -> dict[str, Any]:
        return {"Colour": description["Colour"]}


PUMP = {"Id": "p1", "Colour": "red"}


@pytest.fixture
def pumps() -> Pumps:
    return Pumps()


@pytest.fixture
def touched() -> list[str]:
    return []


@pytest.fixture
def provisioner(pumps: Pumps, touched: list[str]) -> Provisioner:
    return Provisioner(pumps, lambda _operation, _params: {}, touched.append)


def test_create_returns_id_and_attributes_and_records_the_resource(
    provisioner: Provisioner, touched: list[str]
) -> None:
    assert provisioner.create(PUMP) == ("p1", {"Colour": "red"})
    assert touched == ["p1"]


def test_create_is_refused_when_the_resource_exists(provisioner: Provisioner, pumps: Pumps) -> None:
    pumps.stored["p1"] = PUMP

    with pytest.raises(ProvisioningError, match="already exists and belongs to no resource of this stack"):
        provisioner.create({**PUMP, "Colour": "blue"})
    assert pumps.stored == {"p1": PUMP}


def test_failed_creation_is_rolled_back_with_its_reason(provisioner: Provisioner, pumps: Pumps) -> None:
    pumps.fault = ServiceError("ValidationException", "colour is missing")

    with pytest.raises(ProvisioningError) as caught:
        provisioner.create(PUMP)

    assert str(caught.value) == (
        'Resource handler returned message: "colour is missing (Status Code: 400)" '
        "(HandlerErrorCode: InvalidRequest)"
    )
    assert pumps.stored == {}


def test_a_resource_that_does_not_become_active_is_rolled_back(
    provisioner: Provisioner, pumps: Pumps
) -> None:
    pumps.status = {"state": "ERROR", "error": {"message": "no water"}}

    with pytest.raises(ProvisioningError, match=r'"no water" \(HandlerErrorCode: NotStabilized\)'):
        provisioner.create(PUMP)
    assert pumps.stored == {}


def test_a_value_error_is_a_failed_validation(provisioner: Provisioner, pumps: Pumps) -> None:
    provisioner.create(PUMP)
    pumps.fault = ValueError("#/Colour: expected string")

    with pytest.raises(ProvisioningError, match=r"Model validation failed \(#/Colour: expected string\)"):
        provisioner.update("p1", PUMP, {**PUMP, "Colour": 1})


def test_a_missing_resource_counts_as_deleted(provisioner: Provisioner, touched: list[str]) -> None:
    provisioner.delete("p1")

    assert touched == ["p1"]


def test_restore_updates_an_existing_resource_and_creates_a_missing_one(
    provisioner: Provisioner, pumps: Pumps
) -> None:
    provisioner.restore("p1", PUMP)
    assert pumps.stored == {"p1": PUMP}
    provisioner.restore("p1", {**PUMP, "Colour": "blue"})
    assert pumps.stored == {"p1": {**PUMP, "Colour": "blue"}}
