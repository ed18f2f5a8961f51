"""Polls of the public on damaged trust (trust survey)."""
