"""The sections of docs/benchmarks.md: every module here holds one, as ``SECTION``; its file name is its name."""
