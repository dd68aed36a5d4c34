"""Names of files that are named after ids."""

from __future__ import annotations

import pytest

from twin_stack.formats.file_names import FileNames


@pytest.mark.parametrize(
    ("item_id", "path"),
    [
        ("com.example.Pump-1_a", "t/com.example.Pump-1_a.yaml"),
        ("a/b:c d", "t/a_b_c_d.yaml"),
        ("Süd", "t/S_d.yaml"),
        (".hidden", "t/_.hidden.yaml"),
        ("..", "t/_...yaml"),
        ("__init__", "t/___init__.yaml"),
        ("_a", "t/_a.yaml"),
        ("", "t/_.yaml"),
        ("x" * 300, f"t/{'x' * 100}.yaml"),
    ],
)
def test_name_has_no_other_characters_than_files_have_everywhere(item_id: str, path: str) -> None:
    assert FileNames().path("t", item_id, ".yaml") == path


def test_names_that_differ_in_nothing_but_the_case_of_letters_get_numbers() -> None:
    names = FileNames()
    assert [names.path("t", item_id, ".yaml") for item_id in ("Pump", "pump", "PUMP", "pump-2")] == [
        "t/Pump.yaml", "t/pump-2.yaml", "t/PUMP-3.yaml", "t/pump-2-2.yaml",
    ]  # fmt: skip


def test_equal_names_in_other_folders_or_of_other_kinds_are_free() -> None:
    names = FileNames()
    paths = [
        names.path(folder, "a", suffix) for folder, suffix in (("t", ".yaml"), ("s", ".yaml"), ("t", ".json"))
    ]
    assert paths == ["t/a.yaml", "s/a.yaml", "t/a.json"]
