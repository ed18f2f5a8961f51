"""When things run: Dagster definitions, the in-process run and the command line. Wiring only.

Belongs here: assets, checks, sensors, schedules, jobs, commands. Does not belong here: anything that
reads a partner's file, judges it, or computes a figure.
"""
