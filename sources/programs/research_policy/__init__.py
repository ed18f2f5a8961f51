"""Research, data and policy recommendations."""
