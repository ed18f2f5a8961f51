"""Arrow schemas of the tables folded from the event log that the warehouse reads."""

from __future__ import annotations

import pyarrow as pa

_T, _D, _B, _I = pa.string(), pa.date32(), pa.bool_(), pa.int64()


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields.items()])


#: name → (description opening with its grain, schema).
LEDGER_TABLES: dict[str, tuple[str, pa.Schema]] = {
    "submissions": (
        "One row per submission ever received, with what became of it.",
        _schema(
            submission_id=_T,
            program_code=_T,
            partner_code=_T,
            period=_T,
            state=_T,
            received_at=pa.timestamp("us"),
            received_on=_D,
            received_by=_T,
            is_confirmed=_B,
            is_approved=_B,
            approved_by=_T,
            error_count=_I,
            warning_count=_I,
            quarantined_row_count=_I,
            file_names=_T,
            ruleset=_T,
            receipt=_T,
            reason_code=_T,
            ended_reason_code=_T,
            erased_row_count=_I,
        ),
    ),
    "current_versions": (
        "One row per partner, program, period and table: the submission that counts now.",
        _schema(
            program_code=_T,
            table_name=_T,
            partner_code=_T,
            period=_T,
            submission_id=_T,
            version_number=_I,
            is_approved=_B,
            state=_T,
        ),
    ),
    "nil_returns": (
        "One row per partner, program and period declared as having nothing to report.",
        _schema(program_code=_T, partner_code=_T, period=_T, declared_on=_D, declared_by=_T),
    ),
    "waivers": (
        "One row per waiver in force: a partner excused from a period, or from one indicator of it.",
        _schema(
            program_code=_T,
            partner_code=_T,
            period=_T,
            reason=_T,
            approved_by=_T,
            expires_on=_D,
            indicator_code=_T,
        ),
    ),
    "target_changes": (
        "One row per indicator and year whose target leads changed: the change that counts.",
        _schema(
            change_id=_T,
            program_code=_T,
            indicator_code=_T,
            year=_I,
            target_value=pa.decimal128(24, 4),
            decided_on=_D,
            note=_T,
            note_released=_T,
        ),
    ),
    "comments": (
        "One row per comment or story on a program's quarter that was not taken back.",
        _schema(
            comment_id=_T,
            program_code=_T,
            period=_T,
            indicator_code=_T,
            kind=_T,
            text=_T,
            written_by=_T,
            written_at=pa.timestamp("us"),
            consent_scope=_T,
            consent_expires_on=_D,
        ),
    ),
    "releases": (
        "One row per release that quarters are compared with: each quarter with the newest release that covers it.",
        _schema(release_name=_T, released_on=_D, from_period=_T, to_period=_T, is_same_definition=_B),
    ),
    "release_changes": (
        "One row per release and return that changed since it: come in, corrected, taken back or reduced.",
        _schema(release_name=_T, program_code=_T, partner_code=_T, period=_T),
    ),
    "fx_rates": (
        "One row per currency and calendar day: units of the currency per euro, and the day of the rate.",
        _schema(currency_code=_T, date=_D, rate=pa.decimal128(18, 6), rate_date=_D, source=_T),
    ),
}
