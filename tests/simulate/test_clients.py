"""Clients of a simulation: one of each service that it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.simulate import clients
from twin_stack.simulate.clients import Clients

if TYPE_CHECKING:
    import pytest


def test_each_member_is_the_client_of_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "make_session", lambda: "one session")
    monkeypatch.setattr(clients, "make_client", lambda service, session: f"client of {service} by {session}")

    configured = Clients.configured()

    assert configured == Clients(
        twinmaker="client of iottwinmaker by one session",
        lambda_="client of lambda by one session",
        dynamodb="client of dynamodb by one session",
        sitewise="client of iotsitewise by one session",
        iot="client of iot by one session",
        iot_data="client of iot-data by one session",
    )


def test_all_clients_are_listed_in_order() -> None:
    assert Clients(1, 2, 3, 4, 5, 6).all() == (1, 2, 3, 4, 5, 6)
