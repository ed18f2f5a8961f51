"""Coverage-guided fuzzing of what opens and reads partners' files: ``python -m tests.fuzz TARGET --seconds 600``.

Each target holds a ``check`` that takes a file's bytes and raises :class:`~tests.fuzz.promises.Broken` where a promise
is broken. Files that once broke one lie in ``found/<target>``; :mod:`tests.fuzz.test_fuzz_replay` tries them and
the seeds again, without the fuzzer.
"""

TARGETS = ("prescan", "csv_path", "workbook", "backup")
