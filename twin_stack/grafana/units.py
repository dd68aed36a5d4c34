"""Units of Grafana for values of ``unitOfMeasure``."""

from __future__ import annotations

# Source: grafana/grafana, packages/grafana-data/src/valueFormats/categories.ts.
_IDS = {
    "a": "amp",
    "bar": "pressurebar",
    "c": "celsius",
    "celsius": "celsius",
    "count": "none",
    "f": "fahrenheit",
    "fahrenheit": "fahrenheit",
    "hpa": "pressurehpa",
    "hz": "rothz",
    "kpa": "pressurekpa",
    "kv": "kvolt",
    "kw": "kwatt",
    "kwh": "kwatth",
    "lux": "lux",
    "m2": "areaM2",
    "mbar": "pressurembar",
    "none": "none",
    "pa": "pressurepa",
    "percent": "percent",
    "ppm": "ppm",
    "psi": "pressurepsi",
    "rpm": "rotrpm",
    "v": "volt",
    "w": "watt",
    "%": "percent",
    "°c": "celsius",
    "°f": "fahrenheit",
}
# These units differ from others in case only.
_EXACT = {"kg": "masskg", "km": "lengthkm", "m": "lengthm", "mm": "lengthmm", "MW": "megwatt", "mW": "mwatt"}


def unit_id(unit: str | None) -> str | None:
    """Return Grafana's id of a unit. Grafana shows an unknown unit as it is written.

    Args:
        unit: The ``unitOfMeasure`` of a property.
    """
    if not unit:
        return None
    return _EXACT.get(unit) or _IDS.get(unit.casefold()) or f"suffix: {unit}"
