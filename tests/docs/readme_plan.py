"""The plan that README shows: of an edit of the factory.

    python -m tests.docs.readme_plan

writes it.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.markdown import plan_markdown
from twin_stack.plan.sides import Side
from twin_stack.plan.summary import summary_line

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
MODEL: Final = Path("models/factory")
EDIT: Final = ("twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 30")
_SECTION: Final = re.compile(r"(?<=<!-- plan -->\n).*?(?=<!-- end of plan -->)", re.DOTALL)


def readme_plan() -> str:
    """Return the plan as Markdown."""
    before = load(ROOT / MODEL)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "factory")
        shutil.copytree(ROOT / MODEL, folder)
        name, old, new = EDIT
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        after = load(folder)
        plan = make_plan(before, after, before_label=f"main:{MODEL}", after_label=str(MODEL))
        plan = Side(str(MODEL), after, folder).relabel(plan)
        plan = Side(f"main:{MODEL}", before, ROOT / MODEL).relabel(plan)
    return plan_markdown(plan, summary_line(plan))


def shown_plan() -> str:
    """Return the plan that README shows."""
    section = _SECTION.search(README.read_text(encoding="utf-8"))
    assert section is not None
    return section[0]


if __name__ == "__main__":
    README.write_text(
        _SECTION.sub(lambda _: readme_plan(), README.read_text(encoding="utf-8")), encoding="utf-8"
    )
