"""Disclosure control: what may be shown of counts of people, and the attacker who tries to undo it."""
