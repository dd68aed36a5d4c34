"""Problems of a scene document, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.scenes import problem_texts

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_PROBLEMS: Final = 50_000
"""Most problems of a document that are looked for. A template of a layout has them once an entity."""

Path = tuple[str | int, ...]
"""Keys and indexes from the document to a value."""


class SceneProblem(NamedTuple):
    """A mistake of a scene document.

    Attributes:
        kind: Its kind (``scene_problems.json``).
        path: Keys and indexes from the document to the value that has it.
        level: ``fatal``, ``error`` or ``warning``.
        code: Code of the rule of the check.
        message: What is wrong.
        remedy: What to do.
        is_key: Whether the key is wrong, and not the value.
    """

    kind: str
    path: Path
    level: str
    code: str
    message: str
    remedy: str
    is_key: bool = False


class TooManyProblemsError(Exception):
    """A document has more than ``MAX_PROBLEMS`` problems."""


class Problems:
    """Collects the problems of a document."""

    def __init__(self) -> None:
        self.all: list[SceneProblem] = []

    def add(
        self,
        kind: str,
        path: Path,
        *,
        level: str | None = None,
        remedy: str | None = None,
        is_key: bool = False,
        **values: object,
    ) -> None:
        """Add a problem.

        Args:
            kind: Its kind.
            path: Keys and indexes from the document to the value that has it.
            level: Its level, default that of its kind.
            remedy: What to do, default that of its kind.
            is_key: Whether the key is wrong, and not the value.
            values: Values in its words.

        Raises:
            TooManyProblemsError: There are ``MAX_PROBLEMS`` already.
        """
        if len(self.all) == MAX_PROBLEMS:
            raise TooManyProblemsError
        text = problem_texts()[kind]
        message = text.message.format(**values)
        self.all.append(
            SceneProblem(
                kind,
                path,
                level or text.level,
                text.code,
                message,
                remedy or text.remedy.format(**values),
                is_key,
            )
        )

    def has(self, *kinds: str) -> bool:
        """Return whether a problem of one of some kinds was added.

        Args:
            kinds: The kinds.
        """
        return any(problem.kind in kinds for problem in self.all)


def closest_remedy(value: object, allowed: Collection[str]) -> str:
    """Return what to do about a value that is not one of those allowed.

    Args:
        value: The value.
        allowed: What is allowed.
    """
    return did_you_mean(str(value)[:256], allowed)
