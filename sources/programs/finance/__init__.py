"""Ledger of the initiative: budget, commitments, payments, co-funding."""
