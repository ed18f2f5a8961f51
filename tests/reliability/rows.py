"""What can break: what then happens, what the person does, and the tests that show it. docs/reliability.md is made from this."""

from __future__ import annotations

from typing import NamedTuple

_UNIT = "tests/unit/"
_DESK, _DECIDE = f"{_UNIT}expectations/test_desk_crash.py::", f"{_UNIT}expectations/test_desk_decisions.py::"
_BREAK, _LOG = "tests/reliability/test_breakage.py::", f"{_UNIT}sources/log/test_events.py::"
_STORE, _DOCTOR = f"{_UNIT}sources/test_storage.py::", f"{_UNIT}orchestration/test_doctor.py::"
_BACKUP, _PORTAL = f"{_UNIT}orchestration/test_backup.py::", f"{_UNIT}portal/test_handing_in.py::"
_INBOX, _STARTS = "tests/integration/inboxes/test_folder.py::", f"{_UNIT}orchestration/test_starts.py::"
_RELEASE, _POSTGRES = f"{_UNIT}exports/test_releases.py::", f"{_UNIT}sources/log/test_postgresql.py::"
_ALERTS, _MACHINES = f"{_UNIT}orchestration/test_alerts.py::", "tests/integration/test_several_machines.py::"
_DEMO, _TOGETHER = "tests/e2e/demo/test_demo_rebuilt.py::", "tests/integration/test_together.py::"
_FUZZ, _SUPPLY = "tests/fuzz/test_fuzz_replay.py::", "tests/supply/test_supply.py::"


class Row(NamedTuple):
    """One thing that can break.

    Attributes:
        happens: What the warehouse does.
        person: What the person does.
        tests: Tests that show it, as pytest names them.
        section: The section of the benchmarks whose figures belong here.
    """

    breaks: str
    happens: str
    person: str
    tests: tuple[str, ...]
    section: str = ""


CHAPTERS: dict[str, tuple[Row, ...]] = {
    "A process is killed": (
        Row(
            "The process that receives, loads or publishes is killed (SIGKILL) at a random moment",
            "What was acknowledged is there with its original; what was not is as if never sent; files are whole or absent; the published "
            "build is the last good one.",
            "Sends again if no receipt came. The next run finishes the rest.",
            (
                "tests/reliability/test_kills.py::test_processes_killed_at_random_moments_lose_nothing",
                "tests/reliability/test_kills.py::test_a_lost_original_would_be_noticed",
            ),
        ),
        Row(
            "A whole run (`impact run`) is killed with all it started",
            "The published state stays the last good one and opens; the next run finishes and publishes what an undisturbed run does.",
            "Starts the run again, or waits for the next one.",
            (
                f"{_DEMO}test_a_run_killed_in_the_middle_leaves_the_published_state_whole_and_the_next_run_finishes",
                f"{_DEMO}test_deleting_everything_but_originals_and_log_gives_identical_tables",
            ),
            section="run_kills",
        ),
        Row(
            "A crash between receipt and verdict, or after an answer",
            "The return is kept and is judged with the next run or upload.",
            "Nothing. Who sends again gets the same number.",
            (
                f"{_DESK}test_a_crash_between_receipt_and_verdict_loses_nothing",
                f"{_DESK}test_a_crash_after_an_answer_is_finished_too",
                f"{_DESK}test_sending_again_after_a_crash_is_one_submission",
            ),
        ),
        Row(
            "A crash while a release is signed",
            "The event in the log counts; its file is written again from it.",
            "Nothing.",
            (f"{_RELEASE}test_a_crash_between_event_and_file_loses_nothing",),
        ),
        Row(
            "The database server crashes (log on PostgreSQL), or the connection drops",
            "An acknowledged event is there; one that was not is told as not saved.",
            "Tries again.",
            (
                f"{_POSTGRES}test_a_crash_of_the_server_loses_no_event_that_was_acknowledged",
                f"{_POSTGRES}test_a_connection_dropped_in_the_middle_is_told_and_leaves_nothing",
            ),
        ),
    ),
    "Storage fails": (
        Row(
            "Landing zone and log fail, delay, or do the work and lose the answer",
            "Every failure is one sentence; after it worked, everything is there once.",
            "Tries again.",
            ("tests/reliability/test_faults.py::test_histories_over_a_failing_layer_end_like_undisturbed_ones",),
        ),
        Row(
            "A file of accepted rows is cut",
            "It is noticed and written again from the original.",
            "Nothing.",
            (f"{_BREAK}test_a_cut_file_of_accepted_rows_is_written_again",),
        ),
        Row(
            "A published table or manifest is cut or gone",
            "Readers refuse it by its hash; the next run writes it again.",
            "Runs `impact run`.",
            (
                f"{_BREAK}test_a_damaged_build_is_written_again_by_the_next_run",
                f"{_UNIT}exports/test_exports_published.py::test_an_altered_file_is_refused",
            ),
        ),
        Row(
            "The warehouse file or its write-ahead log is cut or garbage",
            "It is removed and made anew; one that another process writes is left alone.",
            "Runs `impact run`.",
            (
                f"{_BREAK}test_a_damaged_warehouse_file_is_removed_and_a_whole_one_stays",
                f"{_BREAK}test_a_warehouse_that_another_process_writes_is_left_alone",
            ),
        ),
        Row(
            "The log’s write-ahead log is cut, as a power cut leaves it",
            "The log opens with every event up to the cut and its chain holds; a receipt for a later event shows what is missing.",
            "Compares with `impact verify`; restores the backup.",
            (
                "tests/reliability/test_cut_log.py::test_a_cut_write_ahead_log_leaves_a_chain_that_holds",
                f"{_LOG}test_truncation_shows_against_a_receipt",
            ),
        ),
        Row(
            "An event or an original is altered or removed",
            "The chain or the hash shows it; an altered original is never judged.",
            "`impact doctor` names it; `impact restore` brings it back.",
            (
                f"{_LOG}test_tampering_shows",
                f"{_STORE}test_a_changed_original_shows",
                f"{_DESK}test_an_altered_original_is_never_judged",
            ),
        ),
    ),
    "Disks and clocks": (
        Row(
            "The disk is full (a 2 MB tmpfs)",
            "The sender is told “not saved”; what was acknowledged stays; no half file is left.",
            "Makes room, sends again.",
            (
                f"{_BREAK}test_a_full_disk_is_told_and_what_was_acknowledged_stays",
                f"{_DESK}test_a_full_disk_leaves_no_event",
                f"{_DOCTOR}test_little_room_is_a_problem",
            ),
        ),
        Row(
            "The folder becomes read-only",
            "The sender is told; nothing is half there.",
            "Makes it writable, sends again.",
            (f"{_BREAK}test_a_read_only_disk_is_told_and_nothing_is_half_there",),
        ),
        Row(
            "The clock jumps back by thirty hours",
            "The order of events is that of the log, not of the clock.",
            "Nothing.",
            (f"{_BREAK}test_a_clock_that_jumps_back_changes_no_order",),
        ),
    ),
    "Several at once": (
        Row(
            "Two runs at once",
            "The second waits for the first, then runs; who waits too long is told in one sentence.",
            "Nothing, or starts it again.",
            (
                f"{_STARTS}test_a_second_writer_waits_and_gives_up_in_plain_words_only_after_its_patience",
                f"{_TOGETHER}test_while_a_run_publishes_people_go_on_and_a_second_run_takes_in_what_came",
            ),
        ),
        Row(
            "An upload, a withdrawal while a run publishes",
            "Both are done at once; the run under way publishes the state it began with, the next one the new state.",
            "Nothing.",
            (
                f"{_TOGETHER}test_while_a_run_publishes_people_go_on_and_a_second_run_takes_in_what_came",
                f"{_STARTS}test_one_run_sees_the_log_as_it_first_saw_it",
            ),
        ),
        Row(
            "A release while a run writes, two releases at once, a release during an upload",
            "The release waits ten seconds, then says that another run is still writing; of two at once one releases; a return that came "
            "after the build is named, and released over only with `--anyway`.",
            "Waits and tries again.",
            (
                f"{_TOGETHER}test_while_a_run_publishes_people_go_on_and_a_second_run_takes_in_what_came",
                f"{_RELEASE}test_of_two_at_once_one_releases",
                f"{_RELEASE}test_what_came_in_since_is_said_and_refused_unless_leadership_says_anyway",
            ),
        ),
        Row(
            "The same file at the same moment through portal, inbox and command line",
            "One submission; each way gives its number.",
            "Nothing.",
            (
                f"{_UNIT}portal/test_three_ways.py::test_the_same_file_by_three_ways_at_once_is_one_submission",
                f"{_PORTAL}test_two_presses_at_the_same_moment_are_one_submission",
                f"{_INBOX}test_the_same_bytes_under_two_names_and_in_two_inboxes_are_one_submission",
                f"{_INBOX}test_two_sensors_at_once_take_each_file_once",
            ),
        ),
        Row(
            "Different files for one quarter at the same moment by those three ways",
            "All are kept as versions with a verdict each; the last one received counts, and every sender’s answer is about the own file.",
            "Looks at the quarter’s page: it says which version counts.",
            (
                f"{_UNIT}portal/test_three_ways.py::test_different_files_by_three_ways_at_once_are_all_kept_and_one_counts",
                f"{_DECIDE}test_two_processes_hand_in_at_once_and_nothing_is_lost",
            ),
        ),
        Row(
            "Several machines over one log and one store",
            "Each return is taken once; one run at a time over all of them; what one left unjudged another judges.",
            "Nothing.",
            (
                f"{_MACHINES}test_machines_that_watch_one_inbox_and_take_uploads_lose_nothing_and_take_nothing_twice",
                f"{_MACHINES}test_one_run_at_a_time_over_all_machines",
                f"{_MACHINES}test_what_a_machine_left_unjudged_is_judged_once_by_the_others",
            ),
        ),
        Row(
            "Many uploads, or two reviewers, at the same moment",
            "Each upload gets its own verdict; of two decisions the second meets the first.",
            "Nothing.",
            (
                "tests/integration/test_many_at_once.py::test_twenty_threads_twenty_returns_twenty_own_verdicts",
                f"{_DECIDE}test_reviewers_at_the_same_moment_leave_one_decision",
                f"{_LOG}test_two_processes_write_at_once_and_nothing_is_lost",
            ),
        ),
        Row(
            "A thousand partners within an hour",
            "Everybody is served, later when many come at once; a whole office may come from one address.",
            "Waits; the answer comes.",
            (
                f"{_UNIT}portal/test_asvs_people.py::test_a_whole_office_may_sign_in_from_one_address",
                f"{_UNIT}test_queueing.py::test_a_simulated_queue_waits_as_long_as_the_formula_says",
            ),
            section="night",
        ),
    ),
    "Seeing it and getting it back": (
        Row(
            "Something is wrong and nobody knows what",
            "`impact doctor` names what is missing, altered, orphaned or of another version, and what to do; it writes nothing.",
            "Runs `impact doctor`.",
            (
                f"{_DOCTOR}test_a_missing_original_is_named",
                f"{_DOCTOR}test_an_altered_original_is_named",
                f"{_DOCTOR}test_an_orphan_is_worth_a_note",
                f"{_DOCTOR}test_a_broken_chain_is_shown",
                f"{_DOCTOR}test_other_versions_than_the_locked_ones_are_named",
            ),
        ),
        Row(
            "A run fails, is killed or is late; a return has no verdict; the log cannot be read; a disk fills",
            "It is said once by mail or hook, with what to do, and once when it is over; what no server took is tried again.",
            "Reads `impact alerts`, does what it says.",
            (
                f"{_ALERTS}test_each_thing_is_told_once_and_its_end_once",
                f"{_ALERTS}test_what_a_notifier_missed_comes_with_the_next_look_in_one_message",
                f"{_ALERTS}test_a_log_that_cannot_be_read_is_an_alert_and_no_recovery",
                f"{_ALERTS}test_every_kind_says_what_to_do",
            ),
        ),
        Row(
            "The machine is lost",
            "`impact backup` keeps originals, log and accounts; `impact restore` brings back the same state, byte for byte.",
            "Restores, then runs.",
            (
                f"{_BACKUP}test_what_comes_back_is_the_same_state",
                f"{_BACKUP}test_a_backup_that_is_not_whole_is_refused",
                f"{_BACKUP}test_nothing_is_restored_over_a_log",
                f"{_BACKUP}test_an_altered_original_stops_a_backup",
            ),
        ),
        Row(
            "The backup itself is cut, altered or damaged, its list too",
            "Its log’s chain is walked before anything is written: it is refused in one sentence and the installation stays empty.",
            "Takes another copy of the backup.",
            (
                f"{_BACKUP}test_a_log_that_is_no_chain_leaves_nothing_behind_though_the_list_names_its_hash",
                f"{_BACKUP}test_a_damaged_list_is_told",
            ),
        ),
    ),
    "Odd files, and other people’s packages": (
        Row(
            "A file is damaged, odd, or made to harm who opens it",
            "It is refused with one of the known sentences, or every line of it is a row, or named among what is none, or told of.",
            "Saves the file again as the sentence says.",
            (
                f"{_FUZZ}test_seeds_keep_their_promises",
                f"{_FUZZ}test_what_was_found_keeps_its_promises",
                f"{_FUZZ}test_a_lost_line_is_found",
                f"{_FUZZ}test_an_altered_cell_is_found",
            ),
        ),
        Row(
            "A vulnerability of a locked package becomes known",
            "`make audit` names it where advisories are at hand, and says “not checked” where they are not.",
            "Locks the mended version: `make lock`.",
            (
                f"{_SUPPLY}test_a_known_vulnerability_is_found",
                f"{_SUPPLY}test_nothing_known_is_told_apart_from_nothing_checked",
                f"{_SUPPLY}test_a_service_out_of_reach_is_not_an_empty_answer",
            ),
        ),
        Row(
            "A package comes in with a licence nobody looked at, or is not on the bill of materials",
            "The checks fail and name it.",
            "Reads the licence; writes down why it is no obstacle, or leaves the package out.",
            (
                f"{_SUPPLY}test_no_licence_comes_in_unnoticed",
                f"{_SUPPLY}test_another_licence_is_noticed",
                f"{_SUPPLY}test_the_bill_of_materials_is_of_the_lock",
            ),
        ),
    ),
}

#: Sections of the benchmarks about hostile input and what is installed, shown where they were measured.
ALSO = ("fuzz",)

SHORT: tuple[str, ...] = (
    "No advisory service was reached from the machine these pages were made on: the audit of the lock says “not checked” here; how it "
    "finds and tells is shown on synthetic advisories.",
    "A kill is a kill of processes. That a disk keeps what it acknowledged through a power cut is left to SQLite’s `synchronous = FULL`, "
    "`fsync` and the hardware; the cut write-ahead log is simulated.",
    "Whole runs are killed over the demo, not over a large installation.",
    "The deadline night has people and site on one machine of two cores; a network, TLS and a proxy are not in it.",
    "The deadline night is served by one process of the portal; what more workers would give is a projection, not a measurement.",
    "A release is refused ten seconds into a run that writes; it does not queue.",
)


def all_tests() -> list[str]:
    """Every test named, once."""
    return list(dict.fromkeys(test for rows in CHAPTERS.values() for row in rows for test in row.tests))
