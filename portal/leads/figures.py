"""KPI tables of a program, and one figure down to the cells it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exports import shown, table, verdict, wording
from portal import house
from portal.errors import problem
from portal.leads.sparkline import Sparkline
from portal.throttle import limited

if TYPE_CHECKING:
    import pandas as pd
    from django.http import HttpRequest

    from exports.published import Published

SPANS = {
    "headline": "Headline figures",
    "quarter": "In the quarter",
    "year_to_date": "Year so far",
    "since_start": "Since the start",
}
SORTS = {
    "name": "Name",
    "progress": "Progress, most worrying first",
    "attained": "Attained, least first",
    "coverage": "Returns missing, most first",
}
ROWS_PER_PAGE = 40
_WORST_FIRST = (
    "worsening",
    "behind",
    "no_detectable_change",
    "not_assessable",
    "improving",
    "on_track",
    "target_met",
)


@dataclass(frozen=True)
class Choice:
    """What a person chose to see of a program's figures."""

    period: str
    span: str
    sort: str
    words: str
    status: str

    @property
    def query(self) -> str:
        """The choice as the end of an address."""
        from urllib.parse import urlencode

        return urlencode(
            {"quarter": self.period, "span": self.span, "sort": self.sort, "q": self.words, "status": self.status}
        )


@require_safe
def figures(request: HttpRequest, program: str) -> HttpResponse:
    """The KPI table of a program's quarter."""
    published = _published()
    quarters = _quarters(published, program)
    if not quarters:
        return render(request, "leads/no_figures.html", {"contract": house.contracts()[program]}, status=200)
    choice = _choice(request, quarters)
    _, series = table.trend(published)
    rows = [_row(row, series) for row in table.rows(_frame(published, program, choice))]
    context = {
        "contract": house.contracts()[program],
        "published": published,
        "choice": choice,
        "rows": rows,
        "quarters": quarters,
        "spans": SPANS,
        "sorts": SORTS,
        "statuses": wording.PROGRESS,
        "notes": verdict.explained(row["row"] for row in rows),
        "comments": house.state().shown_comments(program, choice.period, house.desk().today()),
        "today": house.desk().today(),
    }
    return render(request, "leads/figures.html", context)


@limited("download", methods=("GET",))
@require_safe
def download(request: HttpRequest, program: str, ending: str) -> HttpResponse:
    """The table exactly as shown, as a file."""
    published = _published()
    quarters = _quarters(published, program)
    if ending not in shown.MEDIA_TYPES or not quarters:
        raise Http404
    choice = _choice(request, quarters)
    title = f"{house.contracts()[program].title}, {choice.period}"
    data = shown.shown_file(published, _frame(published, program, choice), ending, title)
    return HttpResponse(
        data,
        content_type=shown.MEDIA_TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{program}-{choice.period}.{ending}"'},
    )


@limited("download", methods=("GET",))
@require_safe
def origin(request: HttpRequest, program: str, indicator: str, period: str) -> HttpResponse:
    """One figure: what it counts, how it adds up, where it stands, and the returns and cells it came from."""
    from exports.explain import explain
    from exports.explain.rows import converted, returns
    from exports.origins import UnknownFigure
    from exports.published import PublishedError

    published, state, contracts = _published(), house.state(), house.contracts()
    if indicator not in contracts[program].indicators:
        raise Http404
    settings = house.desk().settings
    span, partner = request.GET.get("span") or None, request.GET.get("partner") or None
    try:
        found = explain(published, settings, state, contracts, indicator, period, partner, span=span)
    except UnknownFigure:
        raise Http404 from None
    except PublishedError:
        # A build made before rows were published; or one that is being removed just now.
        return problem(
            request,
            404,
            "Where this figure comes from is not known yet",
            f"Build {published.build_id} was made without the rows behind its figures. The next build has them.",
        )
    rows = found.origin.contributions if found.origin is not None else ()
    page = Paginator(list(enumerate(rows)), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "contract": contracts[program],
        "published": published,
        "explained": found,
        "origin": found.origin,
        "page": page,
        "rows": [(item, converted(found.conversions.get(place))) for place, item in page.object_list],
        "returns": returns(found),
        "partners": sorted({(item.partner, item.partner_name) for item in rows}),
    }
    return render(request, "leads/origin.html", context)


def _published() -> Published:
    found = house.published()
    if found is None:
        raise Http404
    return found


def _quarters(published: Published, program: str) -> list[str]:
    """Quarters with figures of a program, newest first."""
    frame = published.frame(table.KPI)
    frame = frame[frame["program_code"] == program]
    if frame.empty:
        return []
    last = table.latest_period(frame)
    return sorted((period for period in set(frame["period"].dropna()) if period <= last), reverse=True)


def _choice(request: HttpRequest, quarters: list[str]) -> Choice:
    """What the address asks for; anything unknown falls back to what is usual."""
    given = request.GET
    period = given.get("quarter", "")
    return Choice(
        period if period in quarters else quarters[0],
        given.get("span", "") if given.get("span", "") in SPANS else "headline",
        given.get("sort", "") if given.get("sort", "") in SORTS else "name",
        given.get("q", "").strip()[:80],
        given.get("status", "") if given.get("status", "") in wording.PROGRESS else "",
    )


def _frame(published: Published, program: str, choice: Choice) -> pd.DataFrame:
    frame = table.kpi_frame(published, program, choice.period, choice.span)
    if choice.words:
        held = frame["indicator_name"].fillna("") + " " + frame["definition"].fillna("")
        frame = frame[held.str.contains(choice.words, case=False, regex=False)]
    if choice.status:
        frame = frame[frame["progress_status"].fillna("not_assessable") == choice.status]
    return frame.loc[_order(frame, choice.sort)].reset_index(drop=True)


def _order(frame: pd.DataFrame, sort: str) -> list[Any]:
    named = frame.sort_values("indicator_name", kind="stable")
    if sort == "progress":
        rank = named["progress_status"].fillna("not_assessable").map(_WORST_FIRST.index)
    elif sort == "attained":
        rank = named["attainment_pct"].astype("Float64").fillna(float("inf"))
    elif sort == "coverage":
        rank = named["coverage_met"].fillna(0) - named["coverage_due"].fillna(0)
    else:
        return list(named.index)
    return list(rank.sort_values(kind="stable").index)


def _row(row: dict[str, Any], series: dict[str, list[float | None]]) -> dict[str, Any]:
    """A KPI row with the words the page shows."""
    points = series.get(row["indicator_code"], [])
    return {
        "row": row,
        "value": wording.value_text(row),
        "unit": wording.unit_text(row["unit"]),
        "covers": wording.covers(row),
        "interval": _interval(row),
        "target": "–" if row["target_value"] is None else wording.quantity(row["target_value"], row["unit"]),
        "attained": verdict.attained(row),
        "coverage": wording.coverage(row["coverage_met"], row["coverage_due"], row["coverage_share_pct"]),
        "progress": wording.progress(row["progress_status"]),
        "sign": wording.PROGRESS_SIGN.get(row["progress_status"] or "not_assessable", "–"),
        "reason": verdict.short_reason(row),
        "spark": Sparkline.of(points) if sum(point is not None for point in points) > 1 else None,
        "trend": _trend_words(points, row["unit"]),
    }


def _interval(row: dict[str, Any]) -> str:
    """The bounds, where they say more than the value does."""
    if row["value"] is None or row["value_low"] is None or row["value_low"] == row["value_high"]:
        return ""
    return wording.between(row["value_low"], row["value_high"], row["unit"])


def _trend_words(points: list[float | None], unit: object) -> str:
    """The line in words, for those who do not see it."""
    return ", ".join(wording.quantity(point, unit) for point in points)
