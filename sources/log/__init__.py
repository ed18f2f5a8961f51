"""The event log: what happened, in an order nobody can change, and what follows from it."""
