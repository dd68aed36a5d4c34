"""Writes telemetry of the last day to deployed twins of the embedded AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from twin_stack.local.clients import make_client
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.limits import MAX_VALUES
from twin_stack.simulate.placeholder_assets import make_assets
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.publishing import find_routes
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin_stack.local.state import Access
    from twin_stack.simulate.plan import Plan

    Report = Callable[[str], None]

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)
_ATTEMPTS = 10


def write_history(
    access: Access,
    workspace_ids: Iterable[str],
    *,
    last: timedelta = A_DAY,
    interval: timedelta = A_MINUTE,
    report: Report,
    warn: Report,
) -> dict[str, Plan]:
    """Make the SiteWise assets that workspaces lack, and write telemetry of the time until now.

    Args:
        access: Access to the embedded AWS.
        workspace_ids: The workspaces.
        last: Length of the time to write.
        interval: Time from one value of a property to the next.
        report: Receives each step as one line.
        warn: Receives what could not be simulated, a line each.

    Returns:
        Where telemetry of each workspace goes, by workspace id.

    Raises:
        TwinClientError: A call of the embedded AWS failed.
    """
    clients = make_clients(access)
    plans = {name: _plan(clients, name, report=report, warn=warn) for name in workspace_ids}
    report("simulating a day of telemetry" if last == A_DAY else f"simulating telemetry of {last}")
    end = datetime.now(UTC)
    for workspace_id, plan in plans.items():
        written = write_telemetry(
            clients,
            workspace_id,
            start=end - last,
            end=end,
            interval=interval,
            plan=plan,
            max_values=MAX_VALUES,
        )
        for problem in written.problems:
            warn(problem)
        report(f"{workspace_id}: {written.describe()}")
    return plans


def is_ingested(access: Access, plan: Plan) -> bool:
    """Return whether a topic rule selects messages of a workspace's devices.

    Args:
        access: Access to the embedded AWS.
        plan: The workspace's, from ``write_history``.
    """
    return bool(find_routes(make_clients(access), plan))


def make_clients(access: Access) -> Clients:
    """Return the clients that a simulation needs, for the embedded AWS.

    Args:
        access: Access to the embedded AWS.
    """

    def make(service: str) -> Any:
        # With --like-aws, reading a twin takes longer than the waits of three attempts.
        return make_client(access, service, attempts=_ATTEMPTS)

    return Clients(
        twinmaker=make("iottwinmaker"),
        lambda_=make("lambda"),
        dynamodb=make("dynamodb"),
        sitewise=make("iotsitewise"),
        iot=make("iot"),
        iot_data=make("iot-data"),
    )


def _plan(clients: Clients, workspace_id: str, *, report: Report, warn: Report) -> Plan:
    plan = make_plan(clients, workspace_id)
    asset_ids, problems = make_assets(clients.sitewise, plan.assets)
    for asset_id in asset_ids:
        report(f"{workspace_id}: SiteWise asset {asset_id} is not here, a placeholder was created")
    for problem in problems:
        warn(problem)
    return plan
