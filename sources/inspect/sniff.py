"""What a file that is no spreadsheet really is, so that its refusal says so."""

from __future__ import annotations

import re

from sources.reader import refusal

_MUST = refusal.WRONG_TYPE[1]
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a rich text document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a database"),
)


def true_kind(data: bytes) -> str | None:
    """The sentence that refuses a file of another kind; ``None`` where it may be a spreadsheet."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return f"This is {what}. {_MUST}"
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if (
        start.startswith(b"<?xml")
        and b"excel.sheet" not in start.lower()
        and b"office:spreadsheet" not in start.lower()
    ):
        if re.search(rb"<(?:html|!doctype html)", start, re.IGNORECASE):
            return None
        root = re.search(rb"<([A-Za-z_][\w.:-]*)", re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", start, flags=re.DOTALL))
        what = f"an XML file ({root[1].decode('ascii', 'replace')})" if root else "an XML file"
        return f"This is {what}. {_MUST}"
    if start[:1] in (b"{", b"[") and re.match(rb"[\[{]\s*(?:\"|\{|\[|\]|\}|-?\d)", start) and _is_json(data):
        return f"This is a JSON file. {_MUST}"
    return None


def _is_json(data: bytes) -> bool:
    import json

    text = data.decode("utf-8-sig", "replace").strip()
    try:
        json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines()[:20] if line.strip()]
        try:
            return all(isinstance(json.loads(line), dict) for line in lines[:-1] or lines)
        except ValueError:
            return bool(re.match(r"[\[{]\s*(?:\{\s*)?\"[^\"]+\"\s*:", text))
    return True
