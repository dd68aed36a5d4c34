"""The function's settings: none; asset and properties are named by the component."""

ENVIRONMENT_NAMES: tuple[str, ...] = ()
