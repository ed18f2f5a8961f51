"""What is wrong with a page, in a sentence for whoever writes it."""

from __future__ import annotations


class PageProblem(Exception):
    """A page that cannot be made; the message names file and line.

    Attributes:
        file: Name of the page's file, below ``exports/pages``.
        line: Line in it, counted from 1.
        sentence: What is wrong, and what to write instead.
    """

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}, line {line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence
