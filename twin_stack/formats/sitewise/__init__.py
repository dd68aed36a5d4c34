"""Asset models and assets of AWS IoT SiteWise: a file of its metadata transfer jobs, or an account.

Models become component types and assets become entities. The assets exist, so their values are read through a
connector of kind ``sitewise``; formulas stay in SiteWise.
"""

from __future__ import annotations

from twin_stack.formats.sitewise.reader import import_twin, read

__all__ = ["import_twin", "read"]
