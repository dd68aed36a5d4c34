"""Projects of AWS's TwinMaker development tools (TMDT).

Source: awslabs/iot-app-kit, ``packages/tools-iottwinmaker``. A project is a folder with ``tmdt.json``, which
names a file for each component type and scene, one file of entities, and models, which are in ``3d_models``.
``tmdt deploy`` gives a scene the name of its file as id, and a model its path as key in the bucket.
"""

from __future__ import annotations

from twin_stack.formats.tmdt.reader import import_twin, read
from twin_stack.formats.tmdt.writer import export_twin

__all__ = ["export_twin", "import_twin", "read"]
