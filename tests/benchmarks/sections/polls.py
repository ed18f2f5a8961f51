"""Every share, gap and change of large polls, beside one weighted group-by over the same respondents."""

from pathlib import Path

from tests.benchmarks.section import Figure, Result, Section, compared, interleaved, median
from tests.benchmarks.survey import survey_calls


def measure(folder: Path) -> Result:
    """Both calls in turn."""
    seconds = interleaved(survey_calls(folder))
    middle = {name: median(values) for name, values in seconds.items()}
    ratio = middle["every share, gap and change"] / middle["one weighted group-by"]
    figure = Figure(
        "trust gaps of 460,000 respondents",
        f"{middle['every share, gap and change']:.2f} s",
        f"{ratio:.0f} times one weighted group-by",
    )
    return Result(compared(seconds, "one weighted group-by"), [figure])


SECTION = Section(
    "Trust gaps of 10 countries × 4 waves × 11,500 respondents, SQL and quantiles", measure=measure, place=60
)
