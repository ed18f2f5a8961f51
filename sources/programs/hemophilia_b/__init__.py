"""Health Equity in Hemophilia B."""
