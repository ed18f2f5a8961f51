"""Community Health Equity Roundtables (CHEER)."""
