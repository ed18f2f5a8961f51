"""Verdicts on returns: contract → Great Expectations suites → problems and sentences."""
