"""What an extract is made of, before it is a page or a PDF: sections, and in them sentences, tables and charts.

Belongs here: the shapes alone. The page and the PDF are made of the same blocks, so they cannot differ in what they
say. Texts are plain; whoever writes them out makes them inert.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A paragraph; a ``quiet`` one explains what stands beside it."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Says:
    """Computed sentences, one point each, under a small heading where one is given."""

    sentences: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True)
class Figures:
    """The big numbers: label, figure and remark of each."""

    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table; ``width`` is its part of the line."""

    label: str
    width: float = 1.0
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: its text, quieter lines below, and how it looks.

    Attributes:
        tone: A progress status, ``main`` for what the row is about, or ``none`` for what is missing.
    """

    text: str
    small: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first cell heads its row; ``total`` marks the last row as the sum of the others.

    Attributes:
        label: Its name for those who hear the page, where there is no caption to be seen.
        caption: What it shows; blank where the heading above says so.
        half: Narrow enough to stand beside another.
    """

    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    total: bool = False
    half: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture as SVG with classes instead of colours, its title and what it shows in words.

    Attributes:
        key: Distinguishes it within the document.
        legend: Pairs of a class and what it stands for.
    """

    key: str
    title: str
    in_words: str
    width: float
    height: float
    body: str
    caption: str = ""
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Terms:
    """Terms and what they mean."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Quote:
    """Sentences somebody signed, set apart from what is computed."""

    text: str
    about: str


Block = Text | Says | Figures | Table | Chart | Terms | Quote


@dataclass(frozen=True)
class Section:
    """A section with its heading; sections within it have theirs one level below.

    Attributes:
        key: Its anchor, unique in the document.
        apart: Begins on a page of its own where there are pages.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    apart: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.blocks and all(section.is_empty for section in self.sections)

    def walk(self) -> Iterator[Block]:
        """All blocks, in order of reading."""
        yield from self.blocks
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True)
class Document:
    """An extract as people read it.

    Attributes:
        about: One line under the title.
        sections: The first one is the first page.
        log_head: Hash of the newest event behind the build.
    """

    title: str
    about: str
    year: int
    as_of: str
    build_id: str
    log_head: str | None
    synthetic: bool
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Block]:
        """All blocks, in order of reading."""
        for section in self.sections:
            yield from section.walk()
