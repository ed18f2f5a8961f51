"""What partners send: contracts, one reader, the landing zone and the event log.

Belongs here: everything that turns a partner's bytes into typed rows whose every value knows its
cell, and the append-only record of what happened. Does not belong here: judging whether values are
plausible (``expectations``), what they mean (``dbt_project``), when things run (``orchestration``).
"""
