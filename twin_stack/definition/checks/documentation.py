"""The documentation of a rule: an explanation, and examples that tests and ``docs/errors/`` are made from.

A rule's text begins with the explanation. Sections follow, each with an indented body:

``Bad``
    Files that violate the rule, ``twin.yaml`` aside where it is the usual one.
``Finding``
    The one finding that they give; line breaks are read as spaces.
``Fix``
    What to do about it.
``Good``
    Files that replace some of the bad ones, so that there is no finding.

A file is its path with a colon, and its content, indented. ``PATH (N lines):`` repeats the line that follows
N times with ``<n>`` for the number, ``PATH (in Latin-1):`` encodes the file in Latin-1, ``PATH (removed)``
removes a bad file from the good ones.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.rule import Rule

_SECTIONS = ("Bad", "Finding", "Fix", "Good")
_FILE = re.compile(
    r"(?P<path>\S+?)(?: \((?:(?P<count>\d+) lines|(?P<latin>in Latin-1)|(?P<removed>removed))\))?:?"
)


class ExampleFile(NamedTuple):
    """A file of an example.

    Attributes:
        path: Path in the model's folder.
        text: Content as documented.
        lines: Number of lines made of ``text``, 0 where it is the content itself.
        encoding: Encoding of the file.
        is_removed: Whether the good example removes a bad file.
    """

    path: str
    text: str
    lines: int = 0
    encoding: str = "utf-8"
    is_removed: bool = False

    @property
    def title(self) -> str:
        """The path, with what the documented text does not show."""
        if self.is_removed:
            return f"{self.path} (removed)"
        notes = [f"{self.lines} lines"] if self.lines else []
        notes += ["in Latin-1"] if self.encoding == "latin-1" else []
        return f"{self.path} ({notes[0]})" if notes else self.path

    def content(self) -> bytes:
        """Return the bytes of the file."""
        if not self.lines:
            return self.text.encode(self.encoding)
        lines = (self.text.replace("<n>", str(number)) for number in range(1, self.lines + 1))
        return "".join(lines).encode(self.encoding)


class Documentation(NamedTuple):
    """The documentation of a rule.

    Attributes:
        explanation: Paragraphs that say what the rule is and why.
        bad: Files that violate it, by path.
        finding: The finding, its place relative to the model's folder.
        fix: What to do about it.
        good: Files of the corrected example that differ from the bad ones, by path.
    """

    explanation: str
    bad: Mapping[str, ExampleFile]
    finding: str
    fix: str
    good: Mapping[str, ExampleFile]

    def bad_files(self) -> dict[str, bytes]:
        """Return the files of the bad example, by path."""
        return {path: file.content() for path, file in self.bad.items()}

    def good_files(self) -> dict[str, bytes]:
        """Return the files of the good example, by path."""
        merged = {**self.bad, **self.good}
        return {path: file.content() for path, file in merged.items() if not file.is_removed}


def documentation_of(rule: Rule) -> Documentation:
    """Return the documentation of a rule.

    Args:
        rule: The rule.

    Raises:
        ValueError: A section is missing.
    """
    explanation, sections = split_sections(inspect.cleandoc(rule.text))
    missing = [name for name in _SECTIONS if name not in sections]
    if missing or not explanation:
        raise ValueError(f"the text of {rule.code} lacks {', '.join(missing) or 'an explanation'}; add it")
    return Documentation(
        explanation=explanation,
        bad=example_files(sections["Bad"]),
        finding=" ".join(sections["Finding"].split()),
        fix=" ".join(sections["Fix"].split()),
        good=example_files(sections["Good"]),
    )


def split_sections(text: str) -> tuple[str, dict[str, str]]:
    """Return the explanation, one line a paragraph, and the bodies of the sections by name.

    Args:
        text: The text of a rule, without common indentation.
    """
    sections: dict[str, list[str]] = {}
    explanation: list[str] = []
    body = explanation
    for line in text.splitlines():
        if (match := re.fullmatch(r"([A-Z]\w+):", line)) is not None:
            body = sections.setdefault(match[1], [])
        else:
            body.append(line)
    bodies = {name: inspect.cleandoc("\n".join(["", *lines])) for name, lines in sections.items()}
    paragraphs = re.split(r"\n\n+", "\n".join(explanation).strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs), bodies


def example_files(body: str) -> dict[str, ExampleFile]:
    """Return the files of a section, by path.

    Args:
        body: The body of the section, without common indentation.

    Raises:
        ValueError: A line is not the header of a file.
    """
    files: dict[str, ExampleFile] = {}
    for part in re.split(r"\n(?=\S)", body):
        header, _, content = part.partition("\n")
        match = _FILE.fullmatch(header)
        if match is None:
            raise ValueError(f'"{header}" is no file of an example; write its path with a colon')
        files[match["path"]] = ExampleFile(
            path=match["path"],
            text=inspect.cleandoc("\n" + content) + "\n",
            lines=int(match["count"] or 0),
            encoding="latin-1" if match["latin"] else "utf-8",
            is_removed=match["removed"] is not None,
        )
    return files
