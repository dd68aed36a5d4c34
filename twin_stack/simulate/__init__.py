"""Telemetry for any twin: past and live, reproducible."""
