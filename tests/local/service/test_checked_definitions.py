"""What the check accepts, service and CloudFormation accept; what one of them refuses, the check refuses."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from hypothesis import HealthCheck, example, given, settings

from tests.definition.models import write
from tests.support.cloudformation_form import refusal_of_schema, resource_properties
from tests.support.generated_definitions import definitions
from tests.support.soak import repetitions
from twin_stack.definition import Severity, check
from twin_stack.local.cloudformation.handlers import TYPES_BY_NAME, Provisioners
from twin_stack.local.cloudformation.resources import ProvisioningError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.local.service import LocalServices

ACCOUNT, REGION = "123456789012", "us-east-1"
EXAMPLES_PER_WORKSPACE = 300
"""Examples that share workspaces: a workspace takes 1,000 component types."""
LEADS_NOWHERE = frozenset({"TWIN026", "TWIN028"})
"""Rules of what the service stores and nothing can use: relationships to no entity, values of time series."""


def refusal_of_service(client: Any, workspace: str, types: Any, entities: Any) -> str | None:
    """Return why the API refuses a definition, None where it takes all of it."""
    try:
        for type_id, members in types.items():
            client.create_component_type(workspaceId=workspace, componentTypeId=type_id, **members)
        for entity_id, members in entities.items():
            client.create_entity(workspaceId=workspace, entityId=entity_id, **members)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] < 500, error
        return str(error)
    except ParamValidationError as error:
        return str(error)
    return None


class _NoJournal:
    def add(self, resource: object) -> None:
        """Record nothing: no stack is recovered."""


def refusal_of_handlers(services: LocalServices, workspace: str, types: Any, entities: Any) -> str | None:
    """Return why CloudFormation's handlers refuse a definition, None where they make all of it."""
    provisioners = Provisioners(services, _NoJournal())  # type: ignore[arg-type]
    for noun, items in (("ComponentType", types), ("Entity", entities)):
        kind = TYPES_BY_NAME[f"AWS::IoTTwinMaker::{noun}"]
        for item_id, members in items.items():
            properties = resource_properties(noun, {f"{noun[:1].lower()}{noun[1:]}Id": item_id, **members})
            properties["WorkspaceId"] = workspace
            try:
                provisioners.make(kind, ACCOUNT, REGION).create(properties)
            except ProvisioningError as error:
                return str(error)
    return None


NUMBERS = count()


@pytest.mark.slow
def test_check_and_service_accept_the_same(twinmaker: Any, services: LocalServices, tmp_path: Path) -> None:
    outcomes: set[bool] = set()
    workspaces: set[str] = set()

    def make_workspace(name: str) -> str:
        if name not in workspaces:
            role, bucket = f"arn:aws:iam::{ACCOUNT}:role/workspace", "arn:aws:s3:::plant-bucket"
            twinmaker.create_workspace(workspaceId=name, role=role, s3Location=bucket)
            workspaces.add(name)
        return name

    @settings(max_examples=repetitions(20, 1_000), deadline=None, suppress_health_check=list(HealthCheck))
    @given(definition=definitions())
    @example(definition=({"com.e.A": {}}, {"hall-1": {"entityName": "Hall"}}))
    @example(definition=({"com.e.A": {"extendsFrom": ["com.e.B"]}}, {}))
    def compare(definition: tuple[dict[str, Any], dict[str, Any]]) -> None:
        number = next(NUMBERS)  # examples share workspaces, so that each has ids of its own
        group = number // EXAMPLES_PER_WORKSPACE
        text = json.dumps(definition).replace("com.e.", f"com.e{number}.")
        text = re.sub(r'"(hall-1|hall-2|machine-1)"', rf'"\1-{number}"', text)
        types, entities = json.loads(text)
        files: dict[str, str | bytes] = {
            "component_types/t.json": json.dumps(types),
            "entities/e.json": json.dumps(entities),
        }
        _, findings = check(write(tmp_path / str(number), files))
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        refusal = refusal_of_service(twinmaker, make_workspace(f"Calls{group}"), types, entities)
        in_stack = refusal_of_handlers(services, make_workspace(f"Stack{group}"), types, entities)
        assert (refusal is None) == (in_stack is None), (refusal, in_stack)
        refusal = refusal or refusal_of_schema(types, entities)
        outcomes.add(bool(errors))
        if errors and {finding.code for finding in errors} <= LEADS_NOWHERE:
            return
        assert bool(errors) == (refusal is not None), (list(map(str, errors)), refusal)

    compare()
    assert outcomes == {True, False}
