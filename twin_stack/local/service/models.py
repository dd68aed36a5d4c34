"""botocore's models of the services."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel


@cache
def service_model(service: str) -> ServiceModel:
    """Return the newest model of a service.

    botocore's sessions and ``Loader.load_service_model`` list the models of all services first, which takes
    longer than to read one.

    Args:
        service: botocore's name of the service, such as ``iottwinmaker``.
    """
    loader = Loader()
    version = loader.determine_latest_version(service, "service-2")
    return ServiceModel(loader.load_data(f"{service}/{version}/service-2"), service)
