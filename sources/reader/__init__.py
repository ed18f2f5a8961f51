"""From a partner's files to typed tables whose every value knows its cell. No judging, no loading.

What is exported here is imported when used: the parsing process imports modules of this package without pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.reader.reader import InputFile, read_files
    from sources.reader.result import Ignored, ReadResult, TableRead

__all__ = ["Ignored", "InputFile", "ReadResult", "TableRead", "read_files"]


def __getattr__(name: str) -> Any:
    if name in ("InputFile", "read_files"):
        from sources.reader import reader

        return getattr(reader, name)
    if name in ("Ignored", "ReadResult", "TableRead"):
        from sources.reader import result

        return getattr(result, name)
    raise AttributeError(name)
