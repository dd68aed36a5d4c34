"""AWS clients: one configuration for all functions, and calls with retries within the time left."""
