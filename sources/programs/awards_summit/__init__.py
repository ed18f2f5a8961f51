"""Health Equity Acceleration Awards and the Trust, Inclusion and Equity Summit."""
