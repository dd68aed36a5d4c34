"""Settings: names and defaults."""

import pytest

from sitewise_connector import handler as handler_module
from sitewise_connector.environment import ENVIRONMENT_NAMES, Environment


@pytest.mark.usefixtures("aws_environment")
def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ENVIRONMENT_NAMES == ("PROPERTY_ALIAS",)
    assert Environment.from_environ({"PROPERTY_ALIAS": ""}) == Environment(None)
    monkeypatch.setenv("PROPERTY_ALIAS", "/plant/${propertyName}")
    handler_module._environment_and_client.cache_clear()
    environment, _, _ = handler_module._environment_and_client()
    assert environment == Environment("/plant/${propertyName}")
    handler_module._environment_and_client.cache_clear()
