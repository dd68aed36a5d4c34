"""One request of CloudFormation, carried out."""

from custom_resource.serving import Answer

from sitewise_manager.assets import Assets
from sitewise_manager.models import Models
from sitewise_manager.request import NOT_CREATED, Request
from sitewise_manager.shapes import Asset, Model, NewId, Repository


def process(request: Request, repository: Repository, new_id: NewId) -> Answer:
    """Carry out a request; the physical id is that of the asset or model.

    Args:
        request: The request.
        repository: SiteWise.
        new_id: Makes ids.

    Raises:
        RefusedError: It would delete history.
    """
    if isinstance(request.desired, Asset):
        return _process_asset(request, request.desired, Assets(repository))
    return _process_model(request, request.desired, Models(repository, new_id))


def _process_asset(request: Request, desired: Asset, assets: Assets) -> Answer:
    if request.action == "Create":
        return Answer(assets.create(desired))
    if request.action == "Update":
        return Answer(assets.update(request.physical_id, desired))
    if request.physical_id != NOT_CREATED:
        assets.delete(request.physical_id, desired)
    return Answer(request.physical_id)


def _process_model(request: Request, desired: Model, models: Models) -> Answer:
    if request.action == "Delete":
        if request.physical_id != NOT_CREATED:
            models.delete(request.physical_id, desired)
        return Answer(request.physical_id)
    if request.action == "Update":
        model_id = models.update(request.physical_id, desired)
    else:
        model_id = models.create(desired)
    return Answer(model_id, {"PropertyDigest": models.property_digest(model_id)})
