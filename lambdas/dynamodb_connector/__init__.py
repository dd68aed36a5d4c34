"""Data connector that reads telemetry from a DynamoDB table and writes it."""
