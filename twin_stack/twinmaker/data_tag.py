"""The tag of what holds a twin's data: a convention of this project, not of AWS.

Constructs and the SiteWise manager set it, and ``twin orphans`` finds by it what a deleted stack left.
"""

from __future__ import annotations

from typing import Final

DATA_TAG: Final = "twin-stack:workspace"
"""Key of the tag. Its value is the twin's data name, by default the id of its workspace."""
LOG_GROUP_PREFIX: Final = "/twin-stack/"
"""Start of the names of a twin's log groups; the data name and a slash follow."""
TABLE_SUFFIX: Final = "-telemetry"
"""End of the name of a twin's table; the data name precedes."""
