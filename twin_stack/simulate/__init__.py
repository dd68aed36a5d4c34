"""Plausible telemetry for any deployed twin, past and live, written through public AWS calls alone."""
