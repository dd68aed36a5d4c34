"""Calls to AWS services: one client configuration, retries within the time left, errors in words."""
