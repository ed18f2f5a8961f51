"""What a file that is no spreadsheet really is, so that its refusal says so."""

from __future__ import annotations

import io
import re
import zipfile

from sources.reader import refusal

_MUST = refusal.WRONG_TYPE[1]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OLE = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__substg1.0_", "an Outlook message"),
)
#: By the folder or first member that tells; workbooks and texts in a zip are not among them.
_IN_ZIP = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("visio/", "a Visio drawing"),
    ("META-INF/MANIFEST.MF", "a program"),
)
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"ARROW1", "an Arrow file"),
    (b"\0\1\0\0Standard ", "an Access database"),
    (b"version https://git-lfs", "only a pointer to a file that Git LFS keeps elsewhere"),
    (b"{\\rtf", "a rich text document"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a database"),
)

_MAX_NAMES = 5000


def true_kind(data: bytes) -> str | None:
    """The sentence that refuses a file of another kind; ``None`` where it may be a spreadsheet."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return f"This is {what}. {_MUST}"
    if data.startswith(b"PK\x03\x04"):
        return _in_zip(data)
    if data.startswith(_OLE):
        inside = next((what for name, what in _IN_OLE if name.encode("utf-16-le") in data), None)
        return None if inside is None or "Workbook".encode("utf-16-le") in data else f"This is {inside}. {_MUST}"
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF"):
        return f"This is a PDF document. {_MUST}"
    if re.match(rb"<(?!html|table)[A-Za-z][\w.:-]*\s[^<>]*xmlns(?::\w+)?=", start) and b"<html" not in start.lower():
        return f"This is an XML file ({start[1:40].split()[0].decode('ascii', 'replace')}). {_MUST}"
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


def _in_zip(data: bytes) -> str | None:
    """What an archive without a workbook is; damaged and doubtful ones are left to the reader."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist() if data.count(b"PK\x01\x02") <= _MAX_NAMES else []
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if not names or any(name.startswith(("xl/", "mimetype", "content.xml", "EncryptedPackage")) for name in names):
        return None
    what = next((what for start, what in _IN_ZIP if any(name.startswith(start) for name in names)), None)
    if what is None and "[Content_Types].xml" in names:
        return None
    return f"This is {what or 'a ZIP archive'}. {_MUST}"


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
