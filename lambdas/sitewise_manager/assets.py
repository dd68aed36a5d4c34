"""Assets as a template declares them: created or adopted, changed without loss, deleted when allowed."""

import logging

from sitewise_manager.aliases import (
    alias_holders,
    check_aliases,
    check_release,
    give_aliases_back,
    set_aliases,
)
from sitewise_manager.history import has_values
from sitewise_manager.ownership import (
    PREVIOUS_OWNER,
    REPLACED_BY,
    REPLACES,
    is_adopted,
    is_owner,
    tags_when_adopted,
    tags_when_created,
    tags_when_given_back,
    update_tags,
)
from sitewise_manager.shapes import Asset, Json, RefusedError, Repository
from sitewise_manager.tree import detach, place

_log = logging.getLogger(__name__)


class Assets:
    """The assets of a request.

    Args:
        repository: SiteWise.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def create(self, desired: Asset) -> str:
        """Adopt the asset that has the identity or the aliases, or create one; return its id.

        Args:
            desired: The asset.

        Raises:
            RefusedError: An asset of another model has history under these aliases.
        """
        live = self._with_external_id(desired)
        if live is not None:
            return self._adopt(desired, live)
        holders = alias_holders(desired.alias_prefix, self._repository)
        for holder_id, _ in holders.values():
            holder = self._repository.asset(holder_id)
            if holder is not None and holder["assetModelId"] == desired.model_id:
                return self._adopt(desired, holder)
        check_release(desired, holders, self._repository)
        asset_id, is_new = self._repository.create_asset(
            {
                "assetName": desired.name,
                "assetModelId": desired.model_id,
                "assetExternalId": desired.identity.external_id,
                "tags": tags_when_created(desired.identity),
            }
        )
        if not is_new:
            return self._adopt(desired, self._require(asset_id))
        try:
            live = self._require(asset_id)
            set_aliases(desired, live, holders, self._repository)
            place(desired, live, self._repository, is_new=True)
        except Exception:
            # CloudFormation does not delete what could not be created.
            self._delete(asset_id)
            raise
        return asset_id

    def update(self, asset_id: str, desired: Asset) -> str:
        """Change an asset; return its id, which is another one if the asset was deleted meanwhile.

        Args:
            asset_id: Its id.
            desired: The asset.

        Raises:
            RefusedError: The change would delete values.
        """
        live = self._repository.asset(asset_id)
        if live is None:
            return self.create(desired)
        self._bring_to(desired, live)
        update_tags(live["assetArn"], desired.identity, self._repository)
        return asset_id

    def delete(self, asset_id: str, desired: Asset) -> None:
        """Delete an asset that this resource owns, unless it is kept with its history.

        Args:
            asset_id: Its id.
            desired: The asset as the template had it.
        """
        live = self._repository.asset(asset_id)
        if live is None:
            return
        arn = live["assetArn"]
        tags = self._repository.tags(arn)
        if not is_owner(desired.identity, tags):
            _log.info("the asset belongs to another resource and is kept", extra={"asset": asset_id})
            return
        is_rolling_back = self._repository.is_rolling_back()
        if is_adopted(tags) and is_rolling_back:
            give_aliases_back(desired, live, tags, self._repository)
            self._repository.tag(arn, tags_when_given_back(tags))
            self._repository.untag(arn, [PREVIOUS_OWNER])
            return
        # A retained asset is deleted only in the rollback of its creation, and not if it has values by now.
        if not desired.identity.deletes_data and (not is_rolling_back or has_values(live, self._repository)):
            _log.info("the asset is kept with its history", extra={"asset": asset_id})
            return
        self._delete(asset_id)
        if is_rolling_back:
            give_aliases_back(desired, None, tags, self._repository)

    def _with_external_id(self, desired: Asset) -> Json | None:
        for external_id in (desired.identity.external_id, *desired.identity.former_external_ids):
            live = self._repository.asset(f"externalId:{external_id}")
            if live is not None:
                return live
        return None

    def _require(self, asset_id: str) -> Json:
        live = self._repository.asset(asset_id)
        if live is None:
            raise RefusedError(f"asset {asset_id} was deleted during this deployment; deploy again")
        return live

    def _adopt(self, desired: Asset, live: Json) -> str:
        arn = live["assetArn"]
        tags = self._repository.tags(arn)
        of_earlier_deployments = [key for key in (REPLACED_BY, REPLACES) if key in tags]
        if of_earlier_deployments:
            self._repository.untag(arn, of_earlier_deployments)
        self._bring_to(desired, live)
        self._repository.tag(arn, tags_when_adopted(desired.identity, tags))
        return str(live["assetId"])

    def _bring_to(self, desired: Asset, live: Json) -> None:
        """Give an existing asset its name, external id, aliases and parent; check everything first."""
        if live["assetModelId"] != desired.model_id:
            raise RefusedError(
                f'asset "{live["assetName"]}" ({live["assetId"]}) is of model {live["assetModelId"]}, and '
                f"SiteWise cannot change that to {desired.model_id}. Nothing was changed. Give the entity "
                "another id, or delete the asset with its history in SiteWise"
            )
        holders = check_aliases(desired, live, self._repository)
        has_external_id = bool(live.get("assetExternalId"))
        if live["assetName"] != desired.name or not has_external_id:
            members = {
                "assetName": desired.name,
                "assetDescription": live.get("assetDescription"),
                "assetExternalId": None if has_external_id else desired.identity.external_id,
            }
            self._repository.update_asset(
                live["assetId"], {name: value for name, value in members.items() if value is not None}
            )
        set_aliases(desired, live, holders, self._repository)
        place(desired, live, self._repository, is_new=False)

    def _delete(self, asset_id: str) -> None:
        detach(self._require(asset_id), self._repository)
        self._repository.delete_asset(asset_id)
