"""Lambda function that reads the telemetry table's stream and writes alarm states beside the measurements."""
