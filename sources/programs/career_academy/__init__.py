"""Open access to the Career Academy."""
