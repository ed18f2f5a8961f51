"""What a replay found, in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.wording import counted

if TYPE_CHECKING:
    from exports.releases.comparing import Difference
    from orchestration.replaying import Replayed

#: Differences shown; all of them are in the JSON.
SHOWN = 40


def replay_text(found: Replayed) -> str:
    """A sentence where all is identical; otherwise every difference and what it is put down to."""
    lines = []
    if not found.differences:
        newer = "" if found.same_code else " The code is not the recorded one; nothing changed by it."
        lines.append(f"{found.release} is identical: {_size(found)}.{newer}")
    else:
        lines.append(f"{found.release} is not identical. {_cause(found)}")
        figures = [item for item in found.differences if item.figure is not None]
        others = [item for item in found.differences if item.figure is None]
        lines += _listed(figures, "Figures, as released → as made again:")
        lines += _listed(others, "Tables and files as a whole, by the first digits of their hash:")
    if found.found:
        lines.append("Of what is kept, this is not as it was released:")
        lines += [f"  {sentence}" for sentence in found.found]
    return "\n".join(lines)


def _listed(differences: list[Difference], heading: str) -> list[str]:
    if not differences:
        return []
    lines = [heading, *(f"  {item.sentence()}" for item in differences[:SHOWN])]
    if len(differences) > SHOWN:
        lines.append(f"  and {len(differences) - SHOWN} more; all of them with --json")
    return lines


def _size(found: Replayed) -> str:
    return f"{counted(found.tables, 'table')}, {counted(found.files, 'file')}"


def _cause(found: Replayed) -> str:
    figures = len({(item.what, item.figure) for item in found.differences if item.figure is not None})
    whole = sum(item.figure is None for item in found.differences)
    parts = [counted(figures, "figure")] if figures else []
    parts += [counted(whole, "table or file", "tables or files")] if whole else []
    changed = f"{' and '.join(parts)} {'differs' if figures + whole == 1 else 'differ'}"
    libraries = "" if found.same_libraries else " The locked libraries are others too, so it may be theirs."
    if found.same_code:
        return f"Code and log are the recorded ones, and still {changed}.{libraries}"
    each = "; each figure is a change of definition" if figures else "; no figure changed"
    return (
        f"It was made again with other code than the recorded one: {changed}{each}.{libraries} "
        "With --recorded-code it is made by the code of then."
    )
