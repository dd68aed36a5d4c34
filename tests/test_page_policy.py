"""The content security policy of the page."""

from __future__ import annotations

from twin_stack.page_policy import page_policy


def test_page_connects_to_itself_and_to_named_origins_only() -> None:
    policy = page_policy(connect=["https://api.example.com"])

    assert "connect-src 'self' data: blob: https://api.example.com;" in policy
    assert "default-src 'none';" in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    assert policy.endswith("frame-ancestors 'none'")


def test_page_may_be_in_frames_of_named_sources() -> None:
    assert page_policy(frame_ancestors=["'self'"]).endswith("frame-ancestors 'self'")
