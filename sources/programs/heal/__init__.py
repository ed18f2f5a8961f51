"""Health Equity Advancement and Leadership (HEAL)."""
