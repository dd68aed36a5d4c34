"""Grafana dashboards of a twin and the configuration to show them, from the definition alone."""

from twin_stack.grafana.files import Written, write
from twin_stack.grafana.generate import generate
from twin_stack.grafana.settings import Settings

__all__ = ["Settings", "Written", "generate", "write"]
