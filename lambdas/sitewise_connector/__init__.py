"""Data connector that reads telemetry and attributes from AWS IoT SiteWise and writes them."""
