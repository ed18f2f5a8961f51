"""Reminders to people with accounts, through Django's mail back end."""

from __future__ import annotations

from portal.mail import addresses, remind


def test_addresses_are_active_people_of_the_partner_or_leads_of_the_program(person):
    mine = person("partner", "mine@people.example", partners=["sample_heal"])
    person("partner", "south@people.example", partners=["sample_heal_south"])
    person("partner", "gone@people.example", partners=["sample_heal"], is_active=False)
    person("partner", "quiet@people.example", partners=["sample_heal"], reminders=False)
    lead = person("lead", "lead@people.example", programs=["heal"])
    person("lead", "other.lead@people.example", programs=["cheer"])
    person("leadership", "top@people.example", programs=["heal"])
    assert addresses("partner", "sample_heal", "heal") == [mine.email]
    assert addresses("lead", None, "heal") == [lead.email]


def test_each_person_gets_a_message_of_their_own_once(partner, person, desk, mailoutbox):
    person("partner", "second@people.example", partners=["sample_heal"])
    remind()
    mine = [mail for mail in mailoutbox if mail.to == [partner.email]]
    assert {mail.to[0] for mail in mailoutbox} == {partner.email, "second@people.example"}
    assert all(len(mail.to) == 1 and not mail.cc and not mail.bcc for mail in mailoutbox)
    due = next(mail for mail in mine if "Q3" in mail.subject)
    assert "30 October 2026" in due.body
    assert due.extra_headers["Auto-Submitted"] == "auto-generated"
    sent = len(mailoutbox)
    remind()
    assert len(mailoutbox) == sent
    assert partner.email not in str([event.payload for event in desk.log.events()])


def test_a_mail_server_that_fails_leaves_the_message_for_the_next_time(partner, mailoutbox, settings):
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    failed = [item for item in remind() if item.reminder.partner == "sample_heal"]
    assert failed
    assert all(item.addresses == 0 and item.problem for item in failed)
    settings.EMAIL_BACKEND = good
    remind()
    assert mailoutbox
