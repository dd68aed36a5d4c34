"""The files of a TMDT project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.formats.tmdt.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding

MANIFEST: dict[str, Any] = {
    "version": "0.0.1",
    "component_types": ["t.json"],
    "scenes": [],
    "models": [],
    "entities": "entities.json",
}


def project(folder: Path, manifest: Any = None, **files: str) -> tuple[Project, list[Finding]]:
    root = folder / "project"
    root.mkdir(exist_ok=True)
    for name, text in {"t": "[]", "entities": "[]", **files}.items():
        (root / f"{name}.json").write_text(text)
    content = MANIFEST if manifest is None else manifest
    (root / "tmdt.json").write_text(content if isinstance(content, str) else json.dumps(content))
    findings: list[Finding] = []
    return Project(root, findings), findings


def lines(folder: Path, findings: list[Finding]) -> list[str]:
    return [str(finding).replace(f"{folder}/project/", "") for finding in findings]


def test_project_is_named_by_its_folder_or_its_manifest(tmp_path: Path) -> None:
    opened, findings = project(tmp_path)
    assert Project(opened.folder / "tmdt.json", findings).folder == opened.folder == tmp_path / "project"
    assert findings == []


def test_listed_files_are_read_in_their_order_with_their_places(tmp_path: Path) -> None:
    listed = MANIFEST | {"component_types": ["b.json", "a.json"]}
    opened, findings = project(tmp_path, listed, a="[1]", b="[2]")
    assert [(document.path.name, document.root) for document in opened.component_types()] == [
        ("b.json", [2]),
        ("a.json", [1]),
    ]
    assert list(opened.scenes()) == []
    entities = opened.entities()
    assert entities is not None
    assert (entities.root, opened.entities_file()) == ([], opened.folder / "entities.json")
    assert (findings, opened.lost.patterns) == ([], [])


@pytest.mark.parametrize(
    ("members", "finding"),
    [
        ({"component_types": "t.json"}, '"component_types" is "t.json"; write a list of file names'),
        ({"component_types": [5]}, "item 1 is 5; write the name of a file"),
        ({"component_types": ["x.json"]}, 'file "x.json" does not exist; create it, or correct its name'),
        (
            {"component_types": ["../x.json"]},
            'file "x.json" is outside of the project; copy it into the project',
        ),
    ],
)
def test_wrong_list_of_files_is_a_finding_in_the_manifest(
    members: dict[str, Any], finding: str, tmp_path: Path
) -> None:
    opened, findings = project(tmp_path, MANIFEST | members)
    assert list(opened.component_types()) == []
    (line,) = lines(tmp_path, findings)
    assert line.startswith("tmdt.json:1:")
    assert line.endswith(finding)


def test_missing_members_of_the_manifest_are_findings(tmp_path: Path) -> None:
    opened, findings = project(tmp_path, {"version": "0.0.1"})
    assert [*opened.component_types(), *opened.scenes(), *opened.models()] == []
    assert opened.entities() is None
    assert [line.split(" ", 2)[2].split(";")[0] for line in lines(tmp_path, findings)] == [
        '"component_types" is missing',
        '"scenes" is missing',
        '"models" is missing',
        '"entities" is missing',
    ]
    assert opened.lost.patterns == ["*"], "any id may be in the entities"


@pytest.mark.parametrize("manifest", ["[1]", "{"])
def test_manifest_that_is_no_mapping_is_a_finding_and_lists_nothing(manifest: str, tmp_path: Path) -> None:
    opened, findings = project(tmp_path, manifest)
    assert opened.manifest is None
    assert len(findings) == 1
    assert [*opened.component_types(), *opened.models()] == []
    assert (opened.entities(), opened.entities_file(), len(findings)) == (None, None, 1)


def test_entities_that_are_no_name_of_a_file_are_a_finding(tmp_path: Path) -> None:
    opened, findings = project(tmp_path, MANIFEST | {"entities": ["entities.json"]})
    assert opened.entities() is None
    (line,) = lines(tmp_path, findings)
    assert line.endswith('"entities" is a list; write the name of the file of entities')


def test_file_that_cannot_be_read_may_have_held_any_id(tmp_path: Path) -> None:
    opened, findings = project(tmp_path, t="{")
    assert list(opened.component_types()) == []
    assert [finding.location.file.name for finding in findings] == ["t.json"]
    assert opened.lost.patterns == ["*"]


def test_models_are_found_in_their_folder_or_from_the_folder_of_the_project(tmp_path: Path) -> None:
    listed = ["a.glb", "./halls/b.glb", "samples/c.glb", "missing/d.glb", "../e.glb", "/f.glb", "\0"]
    opened, findings = project(tmp_path, MANIFEST | {"models": listed})
    for name in ("3d_models/a.glb", "3d_models/halls/b.glb", "samples/c.glb", "../e.glb"):
        path = opened.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    models = list(opened.models())
    assert [model.listed for model in models] == listed
    assert [(model.key, model.is_outside) for model in models] == [
        ("a.glb", False),
        ("halls/b.glb", False),
        ("c.glb", False),
        ("missing/d.glb", False),
        ("e.glb", True),
        ("f.glb", True),
        ("\0", False),
    ]
    files = [model.file and model.file.relative_to(opened.folder).as_posix() for model in models]
    assert files == [
        "3d_models/a.glb",
        "3d_models/./halls/b.glb".replace("./", ""),
        "samples/c.glb",
        *[None] * 4,
    ]
    assert findings == []


def test_link_to_a_model_outside_of_the_project_is_not_followed(tmp_path: Path) -> None:
    opened, _ = project(tmp_path, MANIFEST | {"models": ["a.glb"]})
    (tmp_path / "secret").write_bytes(b"x")
    (opened.folder / "a.glb").symlink_to("../secret")
    (model,) = opened.models()
    assert model.file is None
