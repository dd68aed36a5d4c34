"""Choices for Grafana that a definition does not contain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twin_stack.errors import TwinError
from twin_stack.twinmaker.patterns import REGION, ROLE_ARN, ROLE_EXTERNAL_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

MIN_VERSION = (10, 4)
"""The first version of Grafana that the app supports (``grafanaDependency`` of its ``src/plugin.json``)."""
MANAGED = "managed"
"""Word for the version that Amazon Managed Grafana offers."""
MANAGED_VERSION = "12"
"""The newest version that Amazon Managed Grafana offers."""
FIRST_WITHOUT_SCENE_PANEL = (13, 1)
"""The first version of Grafana in which the app's scene panel does not work (its README)."""

_VERSION = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings for Grafana. Grafana reads values that are None from its environment.

    Attributes:
        version: The version of Grafana, such as ``12``, ``12.4`` or ``13.1.2``; 10.4 or later. ``managed`` is
            that of Amazon Managed Grafana.
        page: The URL of a page that shows the scenes, for Grafana 13.1 and later.
        role_arn: The ARN of the dashboard role. None: ``TWINMAKER_ROLE_ARN``.
        external_id: The external id that the role requires. None: ``TWINMAKER_EXTERNAL_ID``.
        region: The region of the workspace. None: ``AWSREGION``.

    Raises:
        TwinError: Values have the wrong form; names all of them and an example of each.
    """

    version: str = "13.1"
    page: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        """Check the values, and report every wrong one."""
        if self.version == MANAGED:
            object.__setattr__(self, "version", MANAGED_VERSION)
        problems = list(self._problems())
        if problems:
            raise TwinError("; ".join(problems))

    def _problems(self) -> Iterator[str]:
        if _VERSION.fullmatch(self.version) is None or self.grafana < MIN_VERSION:
            yield f'Grafana "{self.version}" is not 10.4 or later; write it like 12.4, or managed'
        for label, value, rule, example in (
            ("role ARN", self.role_arn, ROLE_ARN, "arn:aws:iam::111122223333:role/grafana"),
            ("external id", self.external_id, ROLE_EXTERNAL_ID, "grafana-of-plant-1"),
            ("region", self.region, REGION, "eu-west-1"),
        ):
            if value is not None and not rule.fits(value):
                yield f'"{value}" is not a valid {label}; write it like {example}'
        if self.page is not None and not _is_web_url(self.page):
            yield f'"{self.page}" is not the URL of a web page; write it like https://twin.example.com/'

    @property
    def grafana(self) -> tuple[int, int]:
        """The major and minor version."""
        major, minor, *_ = (*self.version.split("."), "0")
        return int(major), int(minor)

    @property
    def image_tag(self) -> str:
        """The full version, as in the tags of images."""
        return ".".join((*self.version.split("."), "0", "0")[:3])

    @property
    def has_scene_panel(self) -> bool:
        """Whether the app's scene panel works."""
        return self.grafana < FIRST_WITHOUT_SCENE_PANEL

    @property
    def embeds_page(self) -> bool:
        """Whether a page shows the scenes in place of the app's scene panel."""
        return self.page is not None and not self.has_scene_panel


def _is_web_url(text: str) -> bool:
    # The URL becomes a Markdown link, which brackets and spaces would end and in which $ begins a variable.
    if re.search(r"[\s()<>\[\]$`\"\\]", text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
