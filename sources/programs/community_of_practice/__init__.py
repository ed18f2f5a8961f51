"""Health Equity Acceleration & Advocacy Community of Practice."""
