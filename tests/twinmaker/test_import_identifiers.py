from __future__ import annotations

import pytest

from tests.support.cfn_lint import resource_schema
from twin_stack.twinmaker.import_identifiers import IMPORT_IDENTIFIERS


@pytest.mark.parametrize("type_name", IMPORT_IDENTIFIERS)
def test_identifiers_are_those_of_the_schema(type_name: str) -> None:
    published = resource_schema(type_name)
    names = [pointer.removeprefix("/properties/") for pointer in published["primaryIdentifier"]]

    assert list(IMPORT_IDENTIFIERS[type_name]) == names
    assert not {f"/properties/{name}" for name in names} & set(published.get("readOnlyProperties", ()))
