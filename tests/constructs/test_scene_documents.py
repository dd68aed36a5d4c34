"""Documents of scenes as one asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.constructs.examples import DOCUMENT
from tests.support.refusal import refusal
from tests.support.scene_constructs import UPLOAD, uploaded_files, workspace
from tests.support.templates import synthesize
from twin_stack.constructs import Scene
from twin_stack.constructs.scene_upload import SceneUpload

if TYPE_CHECKING:
    from aws_cdk import Stack


def test_documents_of_two_prefixes_are_two_assets() -> None:
    def build(stack: Stack) -> None:
        scenes = workspace(stack)
        for prefix in ("north", "south"):
            Scene(
                stack,
                prefix,
                workspace=scenes,
                scene_id=f"hall-{prefix}",
                document=DOCUMENT,
                key_prefix=prefix,
            )

    result = synthesize(build, copies_files=True)

    assert set(uploaded_files(result)) == {"north/hall-north.json", "south/hall-south.json"}
    assert len(result.properties(UPLOAD)["Sources"]) == 2


def test_two_documents_of_one_name_are_refused() -> None:
    def build(stack: Stack) -> None:
        upload = SceneUpload.of(stack, workspace(stack))
        upload.add_document("views", "hall.json", "{}")
        upload.add_document("views", "hall.json", "{}")
        upload.add_document("views", "hall.json", '{"unit": "feet"}')

    assert refusal(build) == ('two scenes of one workspace have the document "hall.json"; rename one of them')
