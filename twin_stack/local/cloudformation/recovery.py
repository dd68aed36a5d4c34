"""Repairs TwinMaker and SiteWise after a crash during a deployment."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from twin_stack.local.cloudformation.handlers import TYPES_BY_NAME
from twin_stack.local.cloudformation.resources import ProvisioningError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin_stack.local.cloudformation.handlers import Provisioners
    from twin_stack.local.cloudformation.resources import Json, Provisioner
    from twin_stack.local.recovery_journal import TouchedResource

    Repair = tuple[TouchedResource, Callable[[], None]]

_log = logging.getLogger(__name__)


def recover(
    touched: list[TouchedResource],
    stack_resources: Iterable[tuple[TouchedResource, Json]],
    provisioners: Provisioners,
) -> bool:
    """Undo in TwinMaker and SiteWise what CloudFormation did after its state was saved.

    Resources of the saved stacks are restored, the others deleted, in that order: an entity that was moved
    must leave its new parent before the parent can be deleted.

    Args:
        touched: Resources that changed after the save, in the order of their first change.
        stack_resources: Each resource of the saved stacks with its properties, in the order of creation.
        provisioners: Makes provisioners of the resources' types.

    Returns:
        Whether anything was touched.
    """
    saved = {key: properties for key, properties in stack_resources if key.type_name in TYPES_BY_NAME}
    repairs: list[Repair] = [
        (key, partial(_provisioner(provisioners, key).restore, key.physical_id, properties))
        for key, properties in saved.items()
        if key in touched
    ]
    repairs += [
        (key, partial(_provisioner(provisioners, key).delete, key.physical_id))
        for key in reversed(touched)
        if key not in saved
    ]
    while repairs:
        failures = [(key, repair, error) for key, repair in repairs if (error := _attempt(repair))]
        failed_keys = {key for key, _, _ in failures}
        for key, _ in repairs:
            if key not in failed_keys:
                _log.warning("repaired %s %s after a crash", key.type_name, key.physical_id)
        if len(failures) == len(repairs):
            for key, _, error in failures:
                _log.error("%s %s could not be repaired: %s", key.type_name, key.physical_id, error)
            break
        # A repair may have failed because another one had to come first.
        repairs = [(key, repair) for key, repair, _ in failures]
    return bool(touched)


def _provisioner(provisioners: Provisioners, key: TouchedResource) -> Provisioner:
    return provisioners.make(TYPES_BY_NAME[key.type_name], key.account, key.region)


def _attempt(repair: Callable[[], None]) -> ProvisioningError | None:
    """Run a repair, and return the error if it failed."""
    try:
        repair()
    except ProvisioningError as error:
        return error
    return None
