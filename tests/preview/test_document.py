from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.page_data import read_twin
from twin_stack.errors import TwinError
from twin_stack.preview.document import page_document

if TYPE_CHECKING:
    from pathlib import Path

TWIN: dict[str, Any] = {"workspaceId": "w"}


@pytest.fixture
def built_page(tmp_path: Path) -> Path:
    """Make a built page with its script in one file, and both kinds of decoders."""
    files = {
        "preview.js": "const text = `</script><!--${1}`, pattern = /<!--|<\\/SCRIPT/",
        "licenses.md": "## three - 1.0.0 (MIT)\n<b>Copyright</b>\n",
        "assets/index-1.js": "not in the document",
        "assets/index-4.css": "body { margin: 0 }",
        "assets/draco_decoder-5.wasm": "draco",
        "assets/basis_transcoder-6.js": "basis",
    }
    (tmp_path / "assets").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def policy_of(html: str) -> str:
    policy = re.search(r'http-equiv="content-security-policy" content="([^"]+)"', html)
    assert policy
    return policy[1]


def test_script_of_the_page_is_in_the_document_and_cannot_end_itself(built_page: Path) -> None:
    html = page_document(built_page, "w", TWIN, {})

    script = r"const text = `\x3c/script>\x3c!--${1}`, pattern = /\x3c!--|<\/SCRIPT/"
    assert f'<script type="module">{script}</script>' in html
    assert "<style>body { margin: 0 }</style>" in html
    assert "not in the document" not in html


def test_policy_allows_the_inline_scripts_and_no_connection(built_page: Path) -> None:
    html = page_document(built_page, "w", TWIN, {})
    policy = policy_of(html)

    scripts = re.findall(r'<script type="(?:text/javascript|module)">(.*?)</script>', html, re.S)
    assert len(scripts) == 2
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    sources = "".join(f" 'sha256-{digest}'" for digest in digests)
    assert f"script-src 'wasm-unsafe-eval'{sources};" in policy, "no other script, in no other way"
    assert "default-src 'none'" in policy
    assert "connect-src data: blob:;" in policy
    assert "'unsafe-eval'" not in policy


@pytest.mark.parametrize(
    ("extension", "decoder"),
    [
        (b"KHR_draco_mesh_compression", "assets/draco_decoder-5.wasm"),
        (b"KHR_texture_basisu", "assets/basis_transcoder-6.js"),
    ],
)
def test_decoder_is_there_if_a_model_needs_it(built_page: Path, extension: bytes, decoder: str) -> None:
    assert decoder not in page_document(built_page, "w", TWIN, {"plain.glb": b"glTF"})

    html = page_document(built_page, "w", TWIN, {"packed.glb": b"glTF" + extension})
    assert f'"{decoder}":"data:' in html
    assert "'unsafe-eval'" not in policy_of(html)


def test_text_of_the_twin_cannot_end_its_script(built_page: Path) -> None:
    twin = {"description": "</script><!--<script>\u2028"}
    html = page_document(built_page, "<b>w</b>", twin, {})

    assert "</script><!--" not in html
    assert "<title>&lt;b&gt;w&lt;/b&gt;</title>" in html
    assert read_twin(html) == twin


def test_licenses_of_the_libraries_are_in_the_file(built_page: Path, factory_html: str) -> None:
    html = page_document(built_page, "w", TWIN, {})
    assert "## three - 1.0.0 (MIT)\n&lt;b>Copyright" in html

    assert re.search(r"^## three - [\d.]+ \(MIT\)$", factory_html, re.M)
    assert "Copyright" in factory_html


def test_folder_without_a_built_page_is_an_error(built_page: Path) -> None:
    (built_page / "preview.js").unlink()
    with pytest.raises(TwinError, match=r"preview\.js does not exist; the page is not built"):
        page_document(built_page, "w", TWIN, {})
