"""Refusing a file: one reason, one sentence."""

from __future__ import annotations

from sources.problems import Problem


class Refused(Exception):
    """The submission cannot be read as this return; ``problem`` is the one reason."""

    def __init__(self, reason: str, sentence: str, *, file: str | None = None, **details: object) -> None:
        super().__init__(sentence)
        self.problem = Problem(
            rule=f"file.{reason}",
            severity="error",
            sentence=sentence,
            file=file,
            origin="interpretation",
            **details,  # type: ignore[arg-type]
        )

    @classmethod
    def of(cls, problem: Problem) -> Refused:
        """A refusal for a problem that was worded elsewhere."""
        refused = cls(problem.rule, problem.sentence)
        refused.problem = problem
        return refused


EMPTY = ("empty", "The selected file is empty.")
WRONG_TYPE = ("type", "The selected file must be an XLSX, ODS or CSV.")
WEB_PAGE = ("web_page", "This is a web page; open it in Excel and save as XLSX.")
DAMAGED = ("damaged", "The file is damaged or was not fully uploaded; try again.")
RE_SAVE = ("damaged", "The file is damaged; open it in Excel, save it again as XLSX and hand that in.")
PASSWORD = ("password", "The selected file is password protected.")
UNSAFE_XML = ("unsafe_xml", "The file contains unsafe XML.")
TOO_OLD = ("too_old", "This is an Excel file from before 1997; open it in Excel and save as XLSX.")
XML_SHEET = ("type", "This is an XML spreadsheet; open it in Excel and save as XLSX.")
