"""People: their roles, what they may see, how they sign in. What they decide about returns is in the log, not here."""
