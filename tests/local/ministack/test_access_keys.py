"""The access keys that ministack issued, which it keeps in dictionaries."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from twin_stack.local.ministack.access_keys import AccessKeys


def session(*, seconds: float) -> dict[str, object]:
    return {"SecretAccessKey": "temporary", "SessionToken": "t", "Expiration": time.time() + seconds}


@pytest.fixture
def keys() -> AccessKeys:
    stored = {
        ("000000000000", "AKID1"): {"SecretAccessKey": "permanent", "Status": "Active"},
        ("000000000000", "AKID2"): {"SecretAccessKey": "permanent", "Status": "Inactive"},
    }
    sessions = {"ASIA1": session(seconds=9), "ASIA2": session(seconds=-1)}
    iam = SimpleNamespace(_access_keys=SimpleNamespace(to_dict=lambda: stored))
    return AccessKeys(iam, SimpleNamespace(_sessions=sessions))


def test_issued_keys_have_their_secrets(keys: AccessKeys) -> None:
    assert keys.secret("AKID1", "") == "permanent"
    assert keys.secret("ASIA1", "t") == "temporary"


@pytest.mark.parametrize(
    ("key_id", "token"),
    [("AKID2", ""), ("AKID3", ""), ("ASIA2", "t"), ("ASIA1", ""), ("ASIA1", "x"), ("ASIA1", "ü")],
)
def test_inactive_unknown_and_expired_keys_have_none(keys: AccessKeys, key_id: str, token: str) -> None:
    assert keys.secret(key_id, token) is None
