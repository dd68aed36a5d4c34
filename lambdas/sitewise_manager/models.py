"""Asset models as a template declares them: created, adopted, changed without loss, deleted if allowed."""

import logging
from collections.abc import Sequence
from hashlib import sha256

from sitewise_manager.aliases import alias_changes, alias_holders, alias_prefix, mark_replaced
from sitewise_manager.history import describe_holders, losses_with_values
from sitewise_manager.model_plan import Loss, ModelPlan, new_model, plan_model, property_ids
from sitewise_manager.ownership import (
    PREVIOUS_OWNER,
    REPLACED_BY,
    is_adopted,
    is_owner,
    tags_when_adopted,
    tags_when_created,
    tags_when_given_back,
    update_tags,
)
from sitewise_manager.shapes import Json, Model, NewId, RefusedError, Repository

_log = logging.getLogger(__name__)


class Models:
    """The asset models of a request.

    Args:
        repository: SiteWise.
        new_id: Makes ids.
    """

    def __init__(self, repository: Repository, new_id: NewId) -> None:
        self._repository = repository
        self._new_id = new_id

    def create(self, desired: Model) -> str:
        """Adopt the model that is as desired, or create it; return its id.

        Args:
            desired: The model.

        Raises:
            RefusedError: Adopting it would delete values.
        """
        live = self._find(desired)
        if live is None:
            members = new_model(desired, self._new_id, self._child_property)
            tags = tags_when_created(desired.identity)
            model_id, is_new = self._repository.create_model({**members, "tags": tags})
            if is_new:
                return model_id
            live = self._require(model_id)
        self._bring_to(desired, live)
        arn = live["assetModelArn"]
        self._repository.tag(arn, tags_when_adopted(desired.identity, self._repository.tags(arn)))
        return str(live["assetModelId"])

    def update(self, model_id: str, desired: Model) -> str:
        """Change a model; return its id, which is another one if the model was deleted meanwhile.

        Args:
            model_id: Its id.
            desired: The model.

        Raises:
            RefusedError: The change would delete values.
        """
        live = self._repository.model(model_id)
        if live is None:
            return self.create(desired)
        self._bring_to(desired, live)
        update_tags(live["assetModelArn"], desired.identity, self._repository)
        return model_id

    def delete(self, model_id: str, desired: Model) -> None:
        """Delete a model that this resource owns, unless it is kept with its assets.

        Args:
            model_id: Its id.
            desired: The model as the template had it.

        Raises:
            RefusedError: Assets use it.
        """
        live = self._repository.model(model_id)
        if live is None:
            return
        arn = live["assetModelArn"]
        tags = self._repository.tags(arn)
        if not is_owner(desired.identity, tags):
            _log.info("the model belongs to another resource and is kept", extra={"model": model_id})
            return
        is_rolling_back = self._repository.is_rolling_back()
        if is_adopted(tags) and is_rolling_back:
            self._repository.tag(arn, tags_when_given_back(tags))
            self._repository.untag(arn, [PREVIOUS_OWNER])
            return
        names = [str(item["name"]) for item in self._repository.assets_of(model_id)]
        if names and desired.identity.deletes_data and not is_rolling_back:
            raise RefusedError(
                f'asset model "{live["assetModelName"]}" cannot be deleted, because assets that no resource '
                f"of this stack owns are made from it: {describe_holders(names)}; delete them in SiteWise, "
                "or retain the model"
            )
        # A retained model is deleted only in the rollback of its creation, and not if an asset was kept.
        if not names and (desired.identity.deletes_data or is_rolling_back):
            self._repository.delete_model(model_id)

    def property_digest(self, model_id: str) -> str:
        """Return a text that changes whenever a property of the model gets another name or id.

        Args:
            model_id: The model.
        """
        ids = sorted(property_ids(self._require(model_id)).items())
        return sha256(repr(ids).encode()).hexdigest()[:16]

    def _find(self, desired: Model) -> Json | None:
        for external_id in (desired.identity.external_id, *desired.identity.former_external_ids):
            live = self._repository.model(f"externalId:{external_id}")
            if live is not None:
                return live
        return None

    def _require(self, model_id: str) -> Json:
        live = self._repository.model(model_id)
        if live is None:
            raise RefusedError(f"asset model {model_id} does not exist; deploy again")
        return live

    def _bring_to(self, desired: Model, live: Json) -> None:
        plan = self._guarded(desired, live)
        for request in plan.requests:
            self._repository.update_model(live["assetModelId"], request)
        if plan.requests:
            self._restore_aliases(live)

    def _restore_aliases(self, before: Json) -> None:
        """Set the aliases of properties that a rollback creates again.

        CloudFormation sends no request for assets that the failed update had not reached.
        """
        model_id = before["assetModelId"]
        new_ids = set(property_ids(self._require(model_id)).values()) - set(property_ids(before).values())
        if not new_ids or not self._repository.is_rolling_back():
            return
        for summary in self._repository.assets_of(model_id):
            asset = self._repository.asset(summary["id"])
            prefix = alias_prefix(str(summary["name"]))
            if asset is None or prefix is None:
                continue
            if REPLACED_BY in self._repository.tags(asset["assetArn"]):
                continue
            holders = alias_holders(prefix, self._repository)
            for property_id, alias in alias_changes(prefix, asset["assetProperties"]).items():
                if property_id in new_ids and alias not in holders:
                    self._repository.set_alias(summary["id"], property_id, alias, None)
                elif property_id in new_ids:
                    # The rollback deletes that asset later, and gives the alias back then.
                    mark_replaced(asset, holders[alias][0], self._repository)

    def _guarded(self, desired: Model, live: Json) -> ModelPlan:
        """Return a plan that deletes no values, unless the template allows it."""
        plan = self._plan(desired, live, kept=())
        if desired.identity.deletes_data:
            return plan
        losses = losses_with_values(plan.losses, live["assetModelId"], self._repository)
        if not losses:
            return plan
        if self._repository.is_rolling_back():
            # Values arrived while the failed update was going on: the property stays until the next one.
            names = [loss.name for loss, _ in losses]
            _log.warning("properties are kept with their values", extra={"properties": names})
            return self._plan(desired, live, kept=[loss.property_id for loss, _ in losses])
        raise RefusedError(_refusal(str(live["assetModelName"]), losses))

    def _plan(self, desired: Model, live: Json, *, kept: Sequence[str]) -> ModelPlan:
        return plan_model(desired, live, self._new_id, self._child_property, kept=kept)

    def _child_property(self, model_id: str, name: str) -> str | None:
        return property_ids(self._require(model_id)).get(name)


def _refusal(model_name: str, losses: Sequence[tuple[Loss, list[str]]]) -> str:
    changes = "; ".join(
        f'property "{loss.name}" {loss.reason}, and has values in {describe_holders(names)}'
        for loss, names in losses
    )
    return (
        f'this deployment would delete history of asset model "{model_name}": {changes}. Nothing was '
        "changed. If a property was renamed, write `renames: {properties: {TYPE: {OLD: NEW}}}` in twin.yaml; "
        "for another data type, kind or window, add a property of another name. To delete the values, deploy "
        "with removal policy DESTROY and the context flag twin-stack:allowDestroy"
    )
