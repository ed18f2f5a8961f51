"""The programs: one folder each, with its contract, partners, indicators, targets and sample."""
