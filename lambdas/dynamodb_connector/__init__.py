"""Reads telemetry from a DynamoDB table of wide rows: one item an instant and device."""
