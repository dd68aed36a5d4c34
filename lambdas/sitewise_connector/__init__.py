"""Reads telemetry and attributes from AWS IoT SiteWise, and writes them."""
