from __future__ import annotations

from tests.support.botocore_models import limits
from twin_stack.twinmaker import names


def test_the_only_group_type_is_the_one_of_the_api() -> None:
    assert limits("GroupType")["enum"] == [names.TABULAR]


def test_scopes_are_those_of_the_api() -> None:
    assert set(limits("Scope")["enum"]) == {names.ENTITY_SCOPE, names.WORKSPACE_SCOPE}


def test_builtin_types_are_in_the_reserved_namespace() -> None:
    builtin = [
        names.SITEWISE_CONNECTOR,
        names.EDGE_VIDEO,
        names.SITEWISE_ALARM,
        names.BASIC_ALARM,
        names.DOCUMENTS,
        names.PARAMETERS,
        names.KINESIS_VIDEO,
        names.ATHENA_CONNECTOR,
    ]
    assert [name for name in builtin if not name.startswith(names.RESERVED_NAMESPACE)] == []


def test_special_readers_come_before_the_general_one() -> None:
    assert names.ENTITY_HISTORY_READERS == ("dataReaderByEntity", "dataReader")
    assert names.TYPE_HISTORY_READERS == ("dataReaderByComponentType", "dataReader")
