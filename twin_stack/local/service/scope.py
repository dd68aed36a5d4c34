"""Account and region of a call."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """An account and a region; each stored row belongs to exactly one such pair."""

    account: str
    region: str
    access_key: str | None = field(default=None, compare=False)
    """Key of a user or role that calls; None for the account itself, which may do everything."""

    @property
    def key(self) -> str:
        """The pair as one string, which is the first column of every table."""
        return f"{self.account}/{self.region}"

    @property
    def partition(self) -> str:
        """``aws``, ``aws-cn`` or ``aws-us-gov``: the partitions that the services' ARN patterns accept."""
        prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next((p for start, p in prefixes.items() if self.region.startswith(start)), "aws")

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
