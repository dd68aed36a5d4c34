"""Files of TwinMaker's metadata transfer jobs ("bulk files").

Source: TwinMaker guide, "Metadata transfer job schema": one JSON object with the lists ``componentTypes``,
``entities`` and ``entityComponents``. Members have the API's names, except that a relationship's target has
CloudFormation's (``TargetEntityId``).
"""

from __future__ import annotations

from twin_stack.formats.bulk.reader import import_twin, read
from twin_stack.formats.bulk.writer import export_twin

__all__ = ["export_twin", "import_twin", "read"]
