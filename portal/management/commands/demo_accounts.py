"""Accounts for looking around: made anew at each start, with passwords nobody else knows."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.management.base import BaseCommand

from portal import house
from portal.accounts.models import User

#: E-mail address, name, role, partners, programs. ``.example`` can never be anybody's address.
ACCOUNTS = (
    ("heal@partner.example", "Hanna Heal", "partner", ["sample_heal"], []),
    ("dialogues@partner.example", "Denis Dialogues", "partner", ["sample_dialogues_fr"], []),
    ("lead@coalition.example", "Lea Lead", "lead", [], ["heal", "dialogue_events"]),
    ("second.lead@coalition.example", "Sam Second", "lead", [], ["*"]),
    ("leadership@coalition.example", "Lou Leadership", "leadership", [], []),
    ("admin@coalition.example", "Ada Admin", "admin", [], []),
)


class Command(BaseCommand):
    """``demo_accounts``: prints one JSON object per account."""

    help = "Make the demo accounts, or give them new passwords, and print them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the accounts; ``*`` stands for every program."""
        for email, name, role, partners, programs in ACCOUNTS:
            password = "-".join(secrets.token_hex(2) for _ in range(4))
            user = User.objects.filter(email=email).first() or User(email=email)
            user.name, user.role, user.is_active = name, role, True
            user.partners = partners
            user.programs = sorted(house.contracts()) if programs == ["*"] else programs
            user.set_password(password)
            user.save()
            self.stdout.write(json.dumps({"email": email, "password": password, "role": role, "name": name}))
