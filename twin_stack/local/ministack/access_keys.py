"""The access keys that ministack issued: of IAM users, and temporary ones of roles."""

from __future__ import annotations

import hmac
import time
from typing import Any


class AccessKeys:
    """Looks up the secrets of access keys.

    Args:
        iam: ministack's module of this name.
        sts: ministack's module of this name, which has the temporary keys until the process ends.
    """

    def __init__(self, iam: Any, sts: Any) -> None:
        self._iam = iam
        self._sts = sts

    def secret(self, key_id: str, session_token: str) -> str | None:
        """Return the secret of an access key; None if there is no such key, or it is not valid any more.

        Args:
            key_id: The access key.
            session_token: What the request has; a temporary key is valid with its own token only.
        """
        session = self._sts._sessions.get(key_id)
        if session is not None:
            is_expired = time.time() > session.get("Expiration", float("inf"))
            token = session.get("SessionToken", "")
            if is_expired or not hmac.compare_digest(token.encode(), session_token.encode()):
                return None
            return str(session["SecretAccessKey"])
        for (_, stored_id), key in self._iam._access_keys.to_dict().items():
            if stored_id == key_id and key.get("Status") == "Active":
                return str(key["SecretAccessKey"])
        return None
