"""The process that opens partners' files: started by path, imports only what opening them needs.

It waits on a socket for a request (a file, its settings and a pipe as descriptors), forks, limits the fork's
memory and time, and lets the fork do one job: ``look`` (container, encoding, csv lines, what a sheet's own XML
says), ``extent`` (how far a sheet's values reach) or ``parse`` (the grid, by calamine). The answer goes through
the pipe in small pieces, so that no side ever holds it twice. A hostile file can kill only its own fork. Run as
``python -I -S parse_child.py SOCKET_FD LIBRARY_DIR HOUSE_DIR``.
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

HEADER = struct.Struct("!8sQd")  # job, memory above base in bytes, seconds of processor time
PID = struct.Struct("!q")
#: Real seconds a fork may take where the machine is busy, as a multiple of its processor seconds.
PATIENCE = 10


def sheets_by_calamine(stream: Any, max_sheets: int, max_rows: int, max_cells: int) -> list[dict[str, Any]]:
    """Every worksheet as columns of plain values with its absolute offset."""
    import python_calamine

    book = python_calamine.load_workbook(stream)
    sheets = []
    entries = [entry for entry in book.sheets_metadata if str(entry.typ) == "SheetTypeEnum.WorkSheet"]
    if len(entries) > max_sheets:
        return [{"too_many_sheets": len(entries)}]
    left = max_cells
    for index, entry in enumerate(book.sheets_metadata):
        if str(entry.typ) != "SheetTypeEnum.WorkSheet":
            continue
        sheet = book.get_sheet_by_index(index)
        start, end = sheet.start, sheet.end
        found: dict[str, Any] = {"name": entry.name, "hidden": str(entry.visible) != "SheetVisibleEnum.Visible"}
        found.update(start=start or (0, 0), end=end, columns=[], merges=sheet.merged_cell_ranges or [])
        if start is not None and end is not None:
            height, width = end[0] - start[0] + 1, end[1] - start[1] + 1
            left -= height * width
            if height > max_rows or left < 0:
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


def parse(source: int, settings: dict[str, Any]) -> dict[str, Any]:
    """The grid of the workbook behind ``source`` and, for an old .xls, its notes."""
    with os.fdopen(os.dup(source), "rb") as stream:
        stream.seek(0)
        limits = (settings["max_sheets"], settings["max_rows"], settings["max_cells"])
        result: dict[str, Any] = {"sheets": sheets_by_calamine(stream, *limits)}
        if settings.get("old"):
            stream.seek(0)
            try:
                result["notes"] = notes_by_xlrd(stream.read())
            except Exception as error:
                result["notes_error"] = type(error).__name__
        return result


def work(job: str, source: int, settings: dict[str, Any]) -> dict[str, Any]:
    """Do one job; what went wrong comes back as ``error``, never as an exception."""
    try:
        if job == "parse":
            return parse(source, settings)
        from sources.reader import looking

        with os.fdopen(os.dup(source), "rb") as stream:
            stream.seek(0)
            data = stream.read()
        return looking.extent(data, settings) if job == "extent" else looking.look(data, settings)
    except MemoryError:
        return {"error": "MemoryError", "text": ""}
    except BaseException as error:  # a panic in the Rust reader is a BaseException
        return {"error": type(error).__name__, "text": str(error)[:500]}


def send(result: dict[str, Any], out: Any) -> None:
    """Write an answer: the columns of its sheets one by one, behind everything else and their count by sheet."""
    columns = [sheet.pop("columns") for sheet in result.get("sheets", ()) if "columns" in sheet]
    pickle.dump(result, out, protocol=5)
    for held in columns:
        pickle.dump(len(held), out, protocol=5)
        held.reverse()
        while held:
            pickle.dump(held.pop(), out, protocol=5)


def _limit(memory: int, seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  (pathlib is slow to import)
            base = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (base + memory, base + memory))
    except (OSError, ValueError):  # not Linux: time limits only
        pass
    for timer, sign, limit in (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, seconds * PATIENCE),
    ):
        signal.signal(sign, signal.SIG_DFL)
        signal.setitimer(timer, limit)


def _work(header: bytes, source: int, settings: int, sink: int) -> None:
    job, memory, seconds = HEADER.unpack(header)
    gc.disable()
    with os.fdopen(sink, "wb") as out:
        out.write(PID.pack(os.getpid()))
        out.flush()
        _limit(memory, seconds)
        with os.fdopen(settings, "rb") as stream:
            stream.seek(0)
            asked = pickle.load(stream)  # noqa: S301  (written by our own parent)
        result = work(job.rstrip(b"\0").decode("ascii"), source, asked)
        try:
            send(result, out)
        except MemoryError:
            return


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side closes the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # finished forks vanish by themselves
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = array.array("i").itemsize
    while True:
        header, extra, _, _ = connection.recvmsg(HEADER.size, socket.CMSG_SPACE(3 * size))
        if len(header) < HEADER.size or not extra:
            return
        descriptors = array.array("i")
        descriptors.frombytes(extra[0][2][: 3 * size])
        source, settings, sink = descriptors
        if os.fork() == 0:
            code = 1
            try:
                connection.close()
                _work(header, source, settings, sink)
                code = 0
            finally:
                os._exit(code)
        for descriptor in descriptors:
            os.close(descriptor)


def main() -> None:
    """Import once what opens files, so that a fork starts in a millisecond; then serve."""
    sys.path += sys.argv[2:4]
    import python_calamine  # noqa: F401

    from sources.reader import looking  # noqa: F401

    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
