"""Events with something wrong in them, for fuzzing."""

from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def spoiled(draw: st.DrawFn, event: dict[str, Any]) -> Any:
    """The event with one to three values, anywhere in it, replaced by any other JSON."""
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = event
        while isinstance(holder, dict | list) and holder:
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            key = draw(st.sampled_from(keys))
            if not isinstance(holder[key], dict | list) or draw(st.integers(0, 2)) == 0:
                holder[key] = draw(JSON)
                break
            holder = holder[key]
    return event
