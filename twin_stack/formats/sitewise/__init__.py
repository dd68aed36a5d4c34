"""Asset models and assets of AWS IoT SiteWise: a file of its metadata transfer jobs, or an account.

Models become component types and assets become entities. The assets exist, so their values are read through a
connector of kind ``sitewise``; formulas stay in SiteWise. An export writes the assets that a definition
manages.
"""

from __future__ import annotations

from twin_stack.formats.sitewise.reader import import_twin, read
from twin_stack.formats.sitewise.writer import export_twin

__all__ = ["export_twin", "import_twin", "read"]
