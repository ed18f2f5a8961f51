"""The location score: one known defect planted per rule, column and layout; is it told, alone, at its cell?

``python -m tests.location`` prints the table for every program, ``make location`` also writes
``docs/location-score.md``; the test runs a fixed part of it.
"""
