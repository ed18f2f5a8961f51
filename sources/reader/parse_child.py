"""The process that opens partners' workbooks: started by path, imports nothing of the house.

It waits on a socket for a request (a file and a pipe as descriptors), forks, limits the fork's memory and
time, and lets the fork parse with calamine and write the grid, pickled, into the pipe. A hostile file can kill
only its own fork. Run as ``python -I -S parse_child.py SOCKET_FD LIBRARY_DIR``.
"""

from __future__ import annotations

import array
import gc
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from typing import Any

HEADER = struct.Struct("!8sQdIQ")  # kind, memory above base in bytes, wall seconds, rows, cells


def sheets_by_calamine(stream: Any, max_rows: int, max_cells: int) -> list[dict[str, Any]]:
    """Every worksheet as columns of plain values with its absolute offset."""
    import python_calamine

    book = python_calamine.load_workbook(stream)
    sheets = []
    for index, entry in enumerate(book.sheets_metadata):
        if str(entry.typ) != "SheetTypeEnum.WorkSheet":
            continue
        sheet = book.get_sheet_by_index(index)
        start, end = sheet.start, sheet.end
        found: dict[str, Any] = {"name": entry.name, "hidden": str(entry.visible) != "SheetVisibleEnum.Visible"}
        found.update(start=start or (0, 0), end=end, columns=[], merges=sheet.merged_cell_ranges or [])
        if start is not None and end is not None:
            height, width = end[0] - start[0] + 1, end[1] - start[1] + 1
            if height > max_rows or height * width > max_cells:
                return [{"too_large": (entry.name, end[0] + 1, end[1] + 1)}]
            found["columns"] = list(zip(*sheet.to_python(skip_empty_area=True), strict=True))
        sheets.append(found)
    return sheets


def notes_by_xlrd(data: bytes) -> dict[str, dict[str, Any]]:
    """Error cells, hidden rows and columns and percent formats of an old .xls, by sheet name."""
    import io

    import xlrd
    from xlrd import biffh

    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    notes: dict[str, dict[str, Any]] = {}
    for sheet in book.sheets():
        errors, percents = {}, set()
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind == biffh.XL_CELL_ERROR:
                    errors[row, column] = biffh.error_text_from_code.get(sheet.cell_value(row, column), "#ERROR!")
                elif kind == biffh.XL_CELL_NUMBER:
                    form = book.format_map.get(book.xf_list[sheet.cell_xf_index(row, column)].format_key)
                    if form is not None and "%" in form.format_str:
                        percents.add((row, column))
        notes[sheet.name] = {
            "errors": errors,
            "percents": percents,
            "hidden_rows": {row for row, info in sheet.rowinfo_map.items() if info.hidden},
            "hidden_columns": {column for column, info in sheet.colinfo_map.items() if info.hidden},
        }
    return notes


def parse(kind: str, fd: int, max_rows: int, max_cells: int) -> dict[str, Any]:
    """Parse the file behind ``fd``; what went wrong comes back as ``error``, never as an exception."""
    try:
        stream = os.fdopen(os.dup(fd), "rb")
        stream.seek(0)
        result: dict[str, Any] = {"sheets": sheets_by_calamine(stream, max_rows, max_cells)}
        if kind == "xls":
            stream.seek(0)
            try:
                result["notes"] = notes_by_xlrd(stream.read())
            except Exception as error:
                result["notes_error"] = type(error).__name__
        return result
    except MemoryError:
        return {"error": "MemoryError", "text": ""}
    except BaseException as error:  # a panic in the Rust reader is a BaseException
        return {"error": type(error).__name__, "text": str(error)[:500]}


def _limit(memory: int, wall: float) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = int(wall) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  (pathlib is slow to import)
            base = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (base + memory, base + memory))
    except (OSError, ValueError):  # not Linux: time limits only
        pass
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall)


def _work(header: bytes, source: int, sink: int) -> None:
    kind, memory, wall, max_rows, max_cells = HEADER.unpack(header)
    _limit(memory, wall)
    gc.disable()
    result = parse(kind.rstrip(b"\0").decode("ascii"), source, max_rows, max_cells)
    try:
        payload = pickle.dumps(result, protocol=5)
    except MemoryError:
        payload = pickle.dumps({"error": "MemoryError", "text": ""})
    with os.fdopen(sink, "wb") as out:
        out.write(payload)


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # finished forks vanish by themselves
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = array.array("i").itemsize
    while True:
        header, extra, _, _ = connection.recvmsg(HEADER.size, socket.CMSG_SPACE(2 * size))
        if len(header) < HEADER.size or not extra:
            return
        descriptors = array.array("i")
        descriptors.frombytes(extra[0][2][: 2 * size])
        source, sink = descriptors
        if os.fork() == 0:
            code = 1
            try:
                connection.close()
                _work(header, source, sink)
                code = 0
            finally:
                os._exit(code)
        os.close(source)
        os.close(sink)


def main() -> None:
    """Import the parser once, then serve."""
    sys.path.append(sys.argv[2])
    import python_calamine  # noqa: F401  (preloaded, so that a fork starts in a millisecond)

    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
