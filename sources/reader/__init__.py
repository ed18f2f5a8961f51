"""From a partner's files to typed tables whose every value knows its cell. No judging, no loading."""

from sources.reader.reader import InputFile, read_files
from sources.reader.result import Ignored, ReadResult, TableRead

__all__ = ["Ignored", "InputFile", "ReadResult", "TableRead", "read_files"]
