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
    """Make a built page with two scripts and both kinds of decoders."""
    files = {
        "index.html": '<script type="module" crossorigin src="./assets/index-1.js"></script>',
        "licenses.md": "## three - 1.0.0 (MIT)\n<b>Copyright</b>\n",
        "assets/index-1.js": 'import("./part-2.js"); import("./other-3.js"); const text = "./index.css"',
        "assets/part-2.js": "export {}",
        "assets/index-4.css": "body { margin: 0 }",
        "assets/draco_decoder-5.wasm": "draco",
        "assets/basis_transcoder-6.js": "basis",
    }
    (tmp_path / "assets").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def content_of(html: str, module: str) -> str:
    url = re.search(rf'"page/{re.escape(module)}":"data:text/javascript;base64,([^"]+)"', html)
    assert url
    return base64.b64decode(url[1]).decode()


def policy_of(html: str) -> str:
    policy = re.search(r'http-equiv="content-security-policy" content="([^"]+)"', html)
    assert policy
    return policy[1]


def test_scripts_import_each_other_through_the_import_map(built_page: Path) -> None:
    html = page_document(built_page, "w", TWIN, {})

    assert '<script type="module">import "page/index-1.js"</script>' in html
    script = content_of(html, "index-1.js")
    assert script == 'import("page/part-2.js"); import("./other-3.js"); const text = "./index.css"'
    assert content_of(html, "part-2.js") == "export {}"
    assert "<style>body { margin: 0 }</style>" in html


def test_policy_allows_the_inline_scripts_and_no_connection(built_page: Path) -> None:
    html = page_document(built_page, "w", TWIN, {})
    policy = policy_of(html)

    scripts = re.findall(r'<script type="(?:importmap|text/javascript|module)">(.*?)</script>', html, re.S)
    assert len(scripts) == 3
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src data: blob:;" in policy
    assert "'unsafe-eval'" not in policy


@pytest.mark.parametrize(
    ("extension", "decoder", "allows_eval"),
    [
        (b"KHR_draco_mesh_compression", "assets/draco_decoder-5.wasm", False),
        (b"KHR_texture_basisu", "assets/basis_transcoder-6.js", True),
    ],
)
def test_decoder_is_there_if_a_model_needs_it(
    built_page: Path, extension: bytes, decoder: str, *, allows_eval: bool
) -> None:
    assert decoder not in page_document(built_page, "w", TWIN, {"plain.glb": b"glTF"})

    html = page_document(built_page, "w", TWIN, {"packed.glb": b"glTF" + extension})
    assert f'"{decoder}":"data:' in html
    assert ("'unsafe-eval'" in policy_of(html)) == allows_eval


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
    (built_page / "index.html").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(TwinError, match="names no script; the page is not built"):
        page_document(built_page, "w", TWIN, {})
