"""Health Starts at Home: the platform for community health workers."""
