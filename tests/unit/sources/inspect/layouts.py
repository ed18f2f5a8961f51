"""Layouts of real publishers, written down from memory of their tables, never from the code under test."""

from __future__ import annotations

from datetime import date, datetime

from tests.unit.sources.inspect.messy import Layout

REGIONS = ["North East", "North West", "Yorkshire", "East Midlands", "West Midlands", "East", "London", "South East"]


def _plain() -> Layout:
    rows = [["Region", "Schools", "Pupils", "Share (%)"]]
    rows += [[name, 10 + i, 1500 + 37 * i, 4.5 + i] for i, name in enumerate(REGIONS)]
    return Layout("plain", rows, (1, 1, 2, 9, 8), ("Region", "Schools", "Pupils", "Share (%)"))


def _titles_and_source() -> Layout:
    rows = [
        ["Table 3.2: Children immunised by region, 2025", "", "", ""],
        ["England, financial year ending 31 March", "", "", ""],
        ["", "", "", ""],
        ["Region", "Eligible", "Immunised", "Coverage (%)"],
        *[[name, 900 + i, 850 + i, 94.1 + i / 10] for i, name in enumerate(REGIONS)],
        ["", "", "", ""],
        ["Source: Invented Health Statistics", "", "", ""],
        ["1. Figures are rounded to the nearest ten.", "", "", ""],
    ]
    return Layout(
        "titles_and_source", rows, (4, 4, 5, 12, 8), ("Region", "Eligible", "Immunised", "Coverage (%)"),
        left_out=((1, 2, "title"), (14, 15, "note")),
    )  # fmt: skip


def _total_row() -> Layout:
    rows = [["District", "Women", "Men", "All"]]
    rows += [[f"District {i}", 10 * i, 9 * i, 19 * i] for i in range(1, 8)]
    rows.append(["Total", 280, 252, 532])
    return Layout("total_row", rows, (1, 1, 2, 8, 7), ("District", "Women", "Men", "All"), left_out=((9, 9, "total"),))


def _total_first() -> Layout:
    rows = [["Area", "Households", "Persons"], ["Total", 150, 390]]
    rows += [["Urban centre", 50, 130], ["Periphery", 40, 100], ["Villages", 60, 160]]
    return Layout("total_first", rows, (1, 1, 3, 5, 3), ("Area", "Households", "Persons"), left_out=((2, 2, "total"),))


def _bands_merged() -> Layout:
    rows = [
        ["Survey of clinics", "", "", "", "", "", ""],
        ["", "", "", "", "", "", ""],
        ["Clinic", "2024", "", "", "2025", "", ""],
        ["", "Visits", "Referrals", "Staff", "Visits", "Referrals", "Staff"],
        *[[f"Clinic {c}", 100, 20, 3, 120, 25, 4] for c in "ABCDE"],
    ]
    columns = ("Clinic", "2024 Visits", "2024 Referrals", "2024 Staff", "2025 Visits", "2025 Referrals", "2025 Staff")
    return Layout("bands_merged", rows, (3, 4, 5, 9, 5), columns, merges=("A3:A4", "B3:D3", "E3:G3"))


def _bands_blank_filled() -> Layout:
    rows = [
        ["", "Women", "", "Men", "", "Remarks"],
        ["Village", "Reached", "Trained", "Reached", "Trained", ""],
        *[[f"Village {i}", 12 + i, 3, 15 + i, 2, ""] for i in range(6)],
    ]
    rows[4][5] = "road closed"
    return Layout(
        "bands_blank_filled", rows, (1, 2, 3, 8, 6),
        ("Village", "Women Reached", "Women Trained", "Men Reached", "Men Trained", "Remarks"),
    )  # fmt: skip


def _three_header_rows() -> Layout:
    rows = [
        ["Country", "People reached", "", "", ""],
        ["", "Women", "", "Men", ""],
        ["", "Under 18", "18+", "Under 18", "18+"],
        *[[c, 1, 2, 3, 4] for c in ("Kenya", "Ghana", "Togo", "Mali")],
    ]
    columns = (
        "Country", "People reached Women Under 18", "People reached Women 18+", "People reached Men Under 18",
        "People reached Men 18+",
    )  # fmt: skip
    return Layout("three_header_rows", rows, (1, 3, 4, 7, 4), columns, merges=("A1:A3", "B1:E1", "B2:C2", "D2:E2"))


def _years() -> Layout:
    rows = [["Population (thousands)", "", "", "", ""], ["", "", "", "", ""], ["Country", 2019, 2020, 2021, 2022]]
    rows += [[c, 1200 + i, 1210 + i, 1225 + i, 1240 + i] for i, c in enumerate(("Kenya", "Ghana", "Togo", "Mali"))]
    return Layout("years", rows, (3, 3, 4, 7, 4), ("Country", "2019", "2020", "2021", "2022"))


def _years_with_values_like_years() -> Layout:
    rows = [["Station", 2019, 2020, 2021]]
    rows += [
        ["Dam A", 1890, 2003, 2110],
        ["Dam B", 950, 1200, 1990],
        ["Dam C", 3100, 2990, 1875],
        ["Dam D", 410, 380, 395],
    ]
    return Layout("years_with_values_like_years", rows, (1, 1, 2, 5, 4), ("Station", "2019", "2020", "2021"))


def _quarters() -> Layout:
    rows = [["Indicator", "Unit", "2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"]]
    rows += [
        ["Meetings", "number", 3, 4, 5, 2],
        ["People", "number", 40, 51, 60, 33],
        ["Cost", "EUR", 100.5, 90.0, 77.25, 12.0],
    ]
    return Layout("quarters", rows, (1, 1, 2, 4, 3), ("Indicator", "Unit", "2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"))


def _months_as_dates() -> Layout:
    rows = [["Commodity", *[date(2025, m, 1) for m in range(1, 7)]]]
    rows += [[name, *[10.5 + i + m for m in range(6)]] for i, name in enumerate(("Maize", "Rice", "Beans", "Oil"))]
    columns = ("Commodity", *[f"2025-0{m}-01" for m in range(1, 7)])
    return Layout("months_as_dates", rows, (1, 1, 2, 5, 4), columns)


def _ages_as_columns() -> Layout:
    rows = [["Area code", "Area name", "All ages", *range(12)]]
    rows += [[f"E0700{i}", f"Borough {i}", 1200, *[90 + (a * 37 + i * 11) % 50 for a in range(12)]] for i in range(6)]
    columns = ("Area code", "Area name", "All ages", *map(str, range(12)))
    return Layout("ages_as_columns", rows, (1, 1, 2, 7, 6), columns)


def _hxl() -> Layout:
    rows = [
        ["Region", "District", "People in need", "Date"],
        ["#adm1+name", "#adm2+name", "#inneed", "#date"],
        *[["Coast", f"District {i}", 100 + i, "2025-03-01"] for i in range(5)],
    ]
    return Layout("hxl", rows, (1, 2, 3, 7, 5), ("Region", "District", "People in need", "Date"))


def _hxl_all_text() -> Layout:
    rows = [
        ["Organisation", "Sector", "District"],
        ["#org", "#sector", "#adm2"],
        ["Alpha Relief", "WASH", "Lodwar"],
        ["Beta Aid", "Health", "Kakuma"],
        ["Gamma Trust", "WASH", "Lokichar"],
    ]
    return Layout("hxl_all_text", rows, (1, 2, 3, 5, 3), ("Organisation", "Sector", "District"))


def _units_row() -> Layout:
    rows = [
        ["Station", "Rainfall", "Temperature", "Wind"],
        ["", "mm", "°C", "km/h"],
        *[[f"S{i}", 12.5 + i, 20.1, 14] for i in range(6)],
    ]
    return Layout("units_row", rows, (1, 2, 3, 8, 6), ("Station", "Rainfall mm", "Temperature °C", "Wind km/h"))


def _sections() -> Layout:
    rows = [
        ["Facility", "Beds", "Nurses"],
        ["NORTHERN PROVINCE", "", ""],
        ["Alpha Hospital", 120, 40],
        ["Beta Hospital", 80, 22],
        ["SOUTHERN PROVINCE", "", ""],
        ["Gamma Hospital", 60, 18],
        ["Delta Hospital", 45, 12],
        ["Epsilon Clinic", 10, 4],
    ]
    return Layout(
        "sections", rows, (1, 1, 3, 8, 5), ("Facility", "Beds", "Nurses"),
        left_out=((2, 2, "section"), (5, 5, "section")),
    )  # fmt: skip


def _subtotals() -> Layout:
    rows = [
        ["Region", "District", "Cases", "Deaths"],
        ["North", "A", 10, 1],
        ["North", "B", 20, 2],
        ["Subtotal", "", 30, 3],
        ["South", "C", 5, 0],
        ["South", "D", 7, 1],
        ["Subtotal", "", 12, 1],
        ["Grand total", "", 42, 4],
    ]
    return Layout(
        "subtotals", rows, (1, 1, 2, 6, 4), ("Region", "District", "Cases", "Deaths"),
        left_out=((4, 4, "subtotal"), (7, 7, "subtotal"), (8, 8, "total")),
    )  # fmt: skip


def _pivot_totals() -> Layout:
    rows = [
        ["Row Labels", "Sum of Amount", "Count"],
        ["East", 100, 4],
        ["West", 250, 5],
        ["South", 50, 1],
        ["Grand Total", 400, 10],
    ]
    return Layout("pivot_totals", rows, (1, 1, 2, 4, 3), ("Row Labels", "Sum of Amount", "Count"))


def _blank_separators() -> Layout:
    rows = [
        ["Ward", "Voters", "Votes"],
        ["Alder", 100, 60],
        ["Birch", 110, 70],
        ["", "", ""],
        ["Cedar", 90, 41],
        ["Dogwood", 95, 48],
        ["", "", ""],
        ["Elm", 70, 33],
    ]
    return Layout(
        "blank_separators",
        rows,
        (1, 1, 2, 8, 5),
        ("Ward", "Voters", "Votes"),
        left_out=((4, 4, "blank"), (7, 7, "blank")),
    )


def _blank_row_under_header() -> Layout:
    rows = [["Name of organisation", "Type", "Grant"], ["", "", ""]]
    rows += [[f"Trust {i}", "Charity" if i % 2 else "Company", 1000 * i] for i in range(1, 8)]
    return Layout("blank_row_under_header", rows, (1, 1, 3, 9, 7), ("Name of organisation", "Type", "Grant"))


def _spacer_columns() -> Layout:
    rows = [
        ["", "2024", "", "", "2025", ""],
        ["Sector", "Men", "Women", "", "Men", "Women"],
        *[[s, 10, 12, "", 14, 15] for s in ("Farming", "Mining", "Trade", "Health", "Schools")],
    ]
    return Layout(
        "spacer_columns", rows, (1, 2, 3, 7, 5), ("Sector", "2024 Men", "2024 Women", "2025 Men", "2025 Women")
    )


def _all_text() -> Layout:
    rows = [
        ["First name", "Surname", "Town", "Role"],
        ["Ada", "Ngugi", "Nakuru", "Nurse"],
        ["Ben", "Okoro", "Lagos", "Doctor"],
        ["Cai", "Mensah", "Accra", "Nurse"],
        ["Dee", "Banda", "Lilongwe", "Midwife"],
        ["Eve", "Diallo", "Dakar", "Nurse"],
    ]
    return Layout("all_text", rows, (1, 1, 2, 6, 5), ("First name", "Surname", "Town", "Role"))


def _all_text_codes() -> Layout:
    rows = [["code", "label", "parent"]]
    rows += [["A01", "Crop farming", "A"], ["A02", "Forestry", "A"], ["B05", "Coal", "B"], ["B06", "Oil and gas", "B"]]
    return Layout("all_text_codes", rows, (1, 1, 2, 5, 4), ("code", "label", "parent"))


def _missing_signs() -> Layout:
    rows = [["Country", "2020", "2021", "2022"]]
    rows += [
        ["Andorra", "..", "..", ".."],
        ["Benin", 12.4, "..", 13.1],
        ["Chad", "n/a", 8.8, "-"],
        ["Djibouti", 3, 4, ".."],
    ]
    return Layout("missing_signs", rows, (1, 1, 2, 5, 4), ("Country", "2020", "2021", "2022"))


def _first_record_without_numbers() -> Layout:
    rows = [
        ["Project", "Partner", "Comment", "Spent"],
        ["Wells", "Aqua Org", "not started", ""],
        ["Schools", "Learn Org", "delayed", ""],
        ["Roads", "Build Org", "on track", 1200],
        ["Clinics", "Care Org", "on track", 900],
        ["Farms", "Grow Org", "closed", 450],
    ]
    return Layout("first_record_without_numbers", rows, (1, 1, 2, 6, 5), ("Project", "Partner", "Comment", "Spent"))


def _text_in_number_column() -> Layout:
    rows = [["Site", "Visits"], ["Alpha", 12], ["Beta", "about twenty"], ["Gamma", 31], ["Delta", 9], ["Eps", 4]]
    return Layout("text_in_number_column", rows, (1, 1, 2, 6, 5), ("Site", "Visits"), codes=("text_among_values",))


def _preamble_pairs() -> Layout:
    rows = [
        ["Partner:", "Sample Org", "", "", ""],
        ["Period:", "2026-Q3", "", "", ""],
        ["Date of report:", date(2026, 10, 5), "", "", ""],
        ["", "", "", "", ""],
        ["No.", "Activity", "Date", "People", "Cost"],
        *[[i, f"Meeting {i}", date(2026, 7, i), 10 + i, 55.5] for i in range(1, 7)],
    ]
    return Layout("preamble_pairs", rows, (5, 5, 6, 11, 6), ("No.", "Activity", "Date", "People", "Cost"))


def _preamble_without_gap() -> Layout:
    rows = [
        ["Report name", "Grants register", "", "", ""],
        ["Generated", "2026-10-05", "", "", ""],
        ["Grant ID", "Recipient", "Awarded on", "Amount", "Currency"],
        *[[f"G-{i:03}", f"Trust {i}", f"2026-0{i}-11", 1500.5 * i, "GBP"] for i in range(1, 8)],
    ]
    columns = ("Grant ID", "Recipient", "Awarded on", "Amount", "Currency")
    return Layout("preamble_without_gap", rows, (3, 3, 4, 10, 7), columns)


def _column_numbers() -> Layout:
    rows = [
        ["State", "Schools", "Teachers", "Pupils"],
        [1, 2, 3, 4],
        *[[f"State {c}", 100, 900, 20000] for c in "ABCDEF"],
    ]
    return Layout("column_numbers", rows, (1, 1, 3, 8, 6), ("State", "Schools", "Teachers", "Pupils"))


def _repeated_header() -> Layout:
    names = ["Name", "Ward", "Votes"]
    rows = [
        names,
        ["A. Adu", "Alder", 10],
        ["B. Boa", "Birch", 12],
        names,
        ["C. Cos", "Cedar", 9],
        ["D. Dib", "Elm", 4],
    ]
    return Layout("repeated_header", rows, (1, 1, 2, 6, 4), tuple(names), left_out=((4, 4, "repeated header"),))


def _duplicate_names() -> Layout:
    rows = [["Site", "Amount", "Date", "Amount"]]
    rows += [[f"S{i}", 5 + i, date(2026, 3, i), 50 + i] for i in range(1, 6)]
    return Layout(
        "duplicate_names", rows, (1, 1, 2, 6, 5), ("Site", "Amount", "Date", "Amount"), codes=("duplicate_name",)
    )


def _long_format_with_total_category() -> Layout:
    rows = [["Year", "Sex", "Value"]]
    rows += [[y, s, v] for y in (2020, 2021, 2022) for s, v in (("Total", 30 + y), ("Male", 10), ("Female", 20 + y))]
    return Layout("long_format_with_total_category", rows, (1, 1, 2, 10, 9), ("Year", "Sex", "Value"))


def _wide_prose_above() -> Layout:
    rows = [
        ["Annual statistics on volunteering", "", ""],
        [
            "This worksheet contains one table. Some cells refer to notes, which can be found on the notes worksheet.",
            "",
            "",
        ],
        ["Source: Invented Office", "", ""],
        ["Age group [note 1]", "Volunteers", "Hours per month"],
        *[[a, 100, 5.5] for a in ("16 to 24", "25 to 34", "35 to 49", "50 to 64", "65 and over")],
    ]
    columns = ("Age group [note 1]", "Volunteers", "Hours per month")
    return Layout("wide_prose_above", rows, (4, 4, 5, 9, 5), columns)


def _records_with_times() -> Layout:
    rows = [["timestamp", "sensor", "reading"]]
    rows += [[datetime(2026, 5, 1, h), f"s{h % 2}", 20.5 + h] for h in range(1, 9)]
    return Layout("records_with_times", rows, (1, 1, 2, 9, 8), ("timestamp", "sensor", "reading"))


def _one_record() -> Layout:
    rows = [["Organisation", "Country", "Members", "Founded"], ["Sample Society", "Kenya", 120, 2011]]
    return Layout("one_record", rows, (1, 1, 2, 2, 1), ("Organisation", "Country", "Members", "Founded"))


def _header_with_breaks() -> Layout:
    rows = [["Name of\nschool", "Pupils\n(total)", "of which\ngirls"]]
    rows += [[f"School {i}", 300 + i, 140 + i] for i in range(5)]
    return Layout("header_with_breaks", rows, (1, 1, 2, 6, 5), ("Name of school", "Pupils (total)", "of which girls"))


def _likert() -> Layout:
    rows = [["Respondent", "I trust my doctor", "I trust my hospital", "Any comment?"]]
    answers = ["Agree", "Disagree", "Neutral", "Agree", "Strongly agree", "Agree"]
    rows += [[f"R{i}", a, answers[-i], "" if i % 2 else "Too long a wait"] for i, a in enumerate(answers, start=1)]
    columns = ("Respondent", "I trust my doctor", "I trust my hospital", "Any comment?")
    return Layout("likert", rows, (1, 1, 2, 7, 6), columns)


def _group_labels_once() -> Layout:
    rows = [
        ["Region", "District", "Clinics"],
        ["North", "A", 3],
        ["", "B", 4],
        ["", "C", 6],
        ["South", "D", 7],
        ["", "E", 1],
    ]
    return Layout("group_labels_once", rows, (1, 1, 2, 6, 5), ("Region", "District", "Clinics"))


def _notes_in_two_cells() -> Layout:
    rows = [
        ["Drug", "Stock", "Used", "Left"],
        *[[f"Drug {c}", 100, 40, 60] for c in "ABCDE"],
        ["", "", "", ""],
        ["Note:", "counts are of boxes", "", ""],
        ["*", "estimated", "", ""],
    ]
    return Layout("notes_in_two_cells", rows, (1, 1, 2, 6, 5), ("Drug", "Stock", "Used", "Left"))


def _flags_on_numbers() -> Layout:
    rows = [["geo", "2021", "2022", "2023"]]
    rows += [["BE", "12.4 p", "13.0", "13.1 e"], ["BG", ": ", "9.1 b", "9.3"], ["CZ", "4.4", "4.5", ": c"]]
    return Layout("flags_on_numbers", rows, (1, 1, 2, 4, 3), ("geo", "2021", "2022", "2023"))


def _yes_no() -> Layout:
    rows = [["Facility", "Has water", "Has power", "Open"]]
    rows += [[f"Post {i}", "Yes" if i % 2 else "No", "No", "Yes"] for i in range(1, 8)]
    return Layout("yes_no", rows, (1, 1, 2, 8, 7), ("Facility", "Has water", "Has power", "Open"))


def _coordinates() -> Layout:
    rows = [["id", "X", "Y", "n"]]
    rows += [[i, 36.8 + i / 100, -1.2 - i / 100, 4 + i] for i in range(1, 9)]
    return Layout("coordinates", rows, (1, 1, 2, 9, 8), ("id", "X", "Y", "n"))


def _total_off_by_rounding() -> Layout:
    rows = [["Fund", "Share", "EUR m"]]
    rows += [["A", 33.3, 1.4], ["B", 33.3, 1.4], ["C", 33.3, 1.4], ["TOTAL", 100, 4.1]]
    return Layout("total_off_by_rounding", rows, (1, 1, 2, 4, 3), ("Fund", "Share", "EUR m"))


def _indicator_named_total() -> Layout:
    rows = [["Indicator", "2023", "2024"]]
    rows += [["Total population", 5000, 5100], ["Urban population", 2000, 2100], ["Births", 90, 95], ["Deaths", 50, 41]]
    return Layout("indicator_named_total", rows, (1, 1, 2, 5, 4), ("Indicator", "2023", "2024"))


def _letters_as_names() -> Layout:
    rows = [["x", "y"], *[[i, 2.5 * i] for i in range(1, 7)]]
    return Layout("letters_as_names", rows, (1, 1, 2, 7, 6), ("x", "y"))


def _hxl_under_bands() -> Layout:
    rows = [
        ["", "What", "", "Who", "For whom", "", "Where", ""],
        ["Record", "Sector", "Subsector", "Organisation", "Men", "Women", "Country", "Province"],
        ["", "#sector", "#subsector", "#org", "#targeted+m", "#targeted+f", "#country", "#adm1"],
        *[[i, "WASH", "Hygiene", f"Aid {i}", 100 + i, 90 + i, "Mali", f"Province {i}"] for i in range(1, 5)],
    ]
    columns = (
        "Record", "What Sector", "What Subsector", "Who Organisation", "For whom Men", "For whom Women", "Where Country",
        "Where Province",
    )  # fmt: skip
    return Layout("hxl_under_bands", rows, (1, 3, 4, 7, 4), columns)


def _blank_row_under_bands() -> Layout:
    rows = [
        ["", "", "All visits", "", "Holidays", ""],
        ["", "", "", "", "", ""],
        ["Year", "Month", "Raw", "Adjusted", "Raw", "Adjusted"],
        *[
            [2025 if i == 0 else "", m, 10 + i, 11.5, 4 + i, 4.5]
            for i, m in enumerate(("Jan", "Feb", "Mar", "Apr", "May"))
        ],
    ]
    columns = ("Year", "Month", "All visits Raw", "All visits Adjusted", "Holidays Raw", "Holidays Adjusted")
    return Layout("blank_row_under_bands", rows, (1, 3, 4, 8, 5), columns)


def _label_names_one_row_lower() -> Layout:
    rows = [
        ["", "", "A", "B", "C"],
        ["", "", "Drenthe", "Zeeland", "Limburg"],
        ["No.", "Cluster", "", "", ""],
        *[[i, f"Cluster {c}", 10 * i, 11 * i, 12 * i] for i, c in enumerate("VWXY", start=1)],
    ]
    columns = ("No.", "Cluster", "A Drenthe", "B Zeeland", "C Limburg")
    return Layout("label_names_one_row_lower", rows, (1, 3, 4, 7, 4), columns)


def _names_merged_down() -> Layout:
    rows = [
        ["Region", "Calories", "Change in the cost of food", ""],
        ["", "", "", ""],
        ["", "(%)", "from last quarter (%)", "from baseline (%)"],
        *[[f"Region {c}", 30 + i, -2.5 + i, 4 + i] for i, c in enumerate("ABCD")],
    ]
    columns = (
        "Region", "Calories (%)", "Change in the cost of food from last quarter (%)",
        "Change in the cost of food from baseline (%)",
    )  # fmt: skip
    return Layout("names_merged_down", rows, (1, 3, 4, 7, 4), columns, merges=("A1:A3", "B1:B2", "C1:D2"))


def _last_record_without_values() -> Layout:
    rows = [["Indicator", "Code", "2023", "2024"]]
    rows += [[f"Indicator {i}", f"AB.{i}", 10 + i, 12 + i] for i in range(1, 7)]
    rows.append(["Indicator 7", "AB.7", "", ""])
    return Layout("last_record_without_values", rows, (1, 1, 2, 8, 7), ("Indicator", "Code", "2023", "2024"))


def _names_of_split_questions() -> Layout:
    rows = [
        ["Respondent", "Started", "Which services did you use?", "", "", "Rating"],
        ["", "", "Food", "Shelter", "Advice", "Response"],
        *[[1000 + i, date(2026, 1, i), "Food", "" if i % 2 else "Shelter", "Advice", i] for i in range(1, 6)],
    ]
    question = "Which services did you use?"
    columns = (
        "Respondent", "Started", f"{question} Food", f"{question} Shelter", f"{question} Advice", "Rating Response",
    )  # fmt: skip
    return Layout("names_of_split_questions", rows, (1, 2, 3, 7, 5), columns)


def _coded_sections() -> Layout:
    rows = [
        ["Code", "Budget line", "Budget", "Spent"],
        ["A", "Staff", "", ""], ["A1", "Manager", 1000, 500], ["A2", "Driver", 600, 300], ["", "Subtotal A", 1600, 800],
        ["B", "Travel", "", ""], ["B1", "Fuel", 400, 100], ["B2", "Flights", 300, 300], ["", "Subtotal B", 700, 400],
        ["", "GRAND TOTAL", 2300, 1200],
    ]  # fmt: skip
    return Layout(
        "coded_sections", rows, (1, 1, 3, 8, 4), ("Code", "Budget line", "Budget", "Spent"),
        left_out=((2, 2, "section"), (5, 5, "subtotal"), (6, 6, "section"), (9, 9, "subtotal"), (10, 10, "total")),
    )  # fmt: skip


def _note_beside_names() -> Layout:
    rows = [["Site", "People", "", "Note: figures are provisional"]]
    rows += [[f"Site {c}", 4 + i, "", ""] for i, c in enumerate("ABCD")]
    return Layout("note_beside_names", rows, (1, 1, 2, 5, 4), ("Site", "People"), codes=("beside_table",))


def _record_of_even_numbers() -> Layout:
    rows = [["Region", "Q1", "Q2", "All"], ["East", 1, 2, 3], ["West", 3, 4, 7], ["North", 5, 6, 11]]
    rows.append(["All regions", 9, 12, 21])
    return Layout(
        "record_of_even_numbers", rows, (1, 1, 2, 4, 3), ("Region", "Q1", "Q2", "All"), left_out=((5, 5, "total"),)
    )


def _units_of_one_column() -> Layout:
    rows = [["Age group", "2023", "2024"], ["", "Persons", ""], ["0 years", 360000, 350000], ["1 year", 370000, 360000]]
    return Layout("units_of_one_column", rows, (1, 2, 3, 4, 2), ("Age group", "2023 Persons", "2024"))


def _query_under_total() -> Layout:
    rows = [["Notes", "State", "Deaths", "Rate"], *[["", f"State {c}", 50 + i, 2.5 + i] for i, c in enumerate("ABCD")]]
    rows += [["Total", "", 206, 4.0], ["---", "", "", ""], ["Dataset: deaths by cause", "", "", ""]]
    rows += [["Query parameters:", "", "", ""], ["Group by: state", "", "", ""]]
    return Layout(
        "query_under_total", rows, (1, 1, 2, 5, 4), ("Notes", "State", "Deaths", "Rate"), left_out=((6, 6, "total"),)
    )


def _line_above_the_source() -> Layout:
    rows = [["", "31.12.2024", "31.12.2025"], ["Bavaria", 13176989, 13369393], ["Berlin", 3677472, 3755251]]
    rows += [["Hesse", 6300000, 6400000], ["__________", "", ""], ["© Statistical office (invented)", "", ""]]
    return Layout(
        "line_above_the_source", rows, (1, 1, 2, 4, 3), ("", "31.12.2024", "31.12.2025"), left_out=((5, 6, "note"),)
    )


def _average_under_total() -> Layout:
    rows = [
        ["Site", "People", "Score"],
        ["A", 5, 3.5],
        ["B", 6, 4.5],
        ["C", 7, 4],
        ["Total", 18, ""],
        ["Average", 6, 4],
    ]
    return Layout(
        "average_under_total", rows, (1, 1, 2, 4, 3), ("Site", "People", "Score"), left_out=((5, 6, "total"),)
    )


def _marked_years() -> Layout:
    rows = [["Indicator", "2023*", "2024", "2025 (p)"], ["GDP", 1, 2, 3], ["Prices", 2, 3, 4], ["Debt", 5, 6, 7]]
    rows.append(["* revised", "", "", ""])
    return Layout("marked_years", rows, (1, 1, 2, 4, 3), ("Indicator", "2023*", "2024", "2025 (p)"))


def _crosses() -> Layout:
    rows = [["Partner", "Water", "Health", "Food"], ["A", "X", "", ""], ["B", "", "X", "X"], ["C", "X", "", "X"]]
    rows.append(["D", "X", "X", ""])
    return Layout("crosses", rows, (1, 1, 2, 5, 4), ("Partner", "Water", "Health", "Food"))


def _legend_after_a_gap() -> Layout:
    rows = [["Site", "Status", "Score"], ["A", "G", 5], ["B", "R", 2], ["C", "A", 3], ["", "", ""], ["Key", "", ""]]
    rows += [["G", "Green", ""], ["A", "Amber", ""], ["R", "Red", ""]]
    return Layout(
        "legend_after_a_gap", rows, (1, 1, 2, 4, 3), ("Site", "Status", "Score"), codes=("lone_value",),
        left_out=((6, 9, "note"),),
    )  # fmt: skip


def _title_over_a_blank_corner() -> Layout:
    rows = [["Migrants by origin", "", ""], ["", "Africa", "Asia"], ["Men", 7, 9], ["Women", 5, 9], ["Girls", 2, 4]]
    return Layout(
        "title_over_a_blank_corner", rows, (2, 2, 3, 5, 3), ("", "Africa", "Asia"), left_out=((1, 1, "title"),)
    )


def _section_under_a_blank_corner() -> Layout:
    rows = [["", "Potions", "Herbs"], ["Ann", "", ""], ["1st year", 3, 7], ["2nd year", 2, 9], ["Ben", "", ""]]
    rows += [["1st year", 8, 9], ["2nd year", 9, 7]]
    return Layout(
        "section_under_a_blank_corner", rows, (1, 1, 3, 7, 4), ("", "Potions", "Herbs"),
        codes=("lone_value",), left_out=((2, 2, "section"), (5, 5, "section")),
    )  # fmt: skip


def _numbered_sections() -> Layout:
    rows = [["No.", "Cluster", "2024", "2025"], [0, "Income:", "", ""], [1, "Taxes", 208, 173], [2, "Fees", 120, 99]]
    rows += [[3, "Spending:", "", ""], [4, "Roads", 88, 77], [5, "Water", 45, 44], ["", "TOTAL", "", ""]]
    return Layout(
        "numbered_sections", rows, (1, 1, 3, 7, 4), ("No.", "Cluster", "2024", "2025"),
        left_out=((2, 2, "section"), (5, 5, "section"), (8, 8, "total")),
    )  # fmt: skip


def _labels_only_among_gaps() -> Layout:
    rows = [["Site", "District", "People"], ["A", "Kita", 5], ["", "", ""], ["B", "Kita", 7], ["", "", ""]]
    rows.append(["C", "Duma", ""])
    return Layout("labels_only_among_gaps", rows, (1, 1, 2, 6, 3), ("Site", "District", "People"))


def _a_category_named_average() -> Layout:
    rows = [["Grade", "Pupils", "Boys"], ["High", 5, 3], ["Low", 7, 4], ["Average", 19, 15]]
    return Layout("a_category_named_average", rows, (1, 1, 2, 4, 3), ("Grade", "Pupils", "Boys"))


def _line_under_the_names() -> Layout:
    rows = [["Site", "People"], ["------", "------"], ["A", 5], ["B", 6], ["C", 9]]
    return Layout("line_under_the_names", rows, (1, 1, 3, 5, 3), ("Site", "People"), left_out=((2, 2, "separator"),))


LAYOUTS = [
    make()
    for make in (
        _plain, _titles_and_source, _total_row, _total_first, _bands_merged, _bands_blank_filled, _three_header_rows, _years,
        _years_with_values_like_years, _quarters, _months_as_dates, _ages_as_columns, _hxl, _hxl_all_text, _units_row, _sections,
        _subtotals, _pivot_totals, _blank_separators, _blank_row_under_header, _spacer_columns, _all_text, _all_text_codes,
        _missing_signs, _first_record_without_numbers, _text_in_number_column, _preamble_pairs, _preamble_without_gap,
        _column_numbers, _repeated_header, _duplicate_names, _long_format_with_total_category, _wide_prose_above,
        _records_with_times, _one_record, _header_with_breaks, _likert, _group_labels_once, _notes_in_two_cells, _flags_on_numbers,
        _yes_no, _coordinates, _total_off_by_rounding, _indicator_named_total, _letters_as_names, _hxl_under_bands, _blank_row_under_bands,
        _label_names_one_row_lower, _names_merged_down, _last_record_without_values,
        _names_of_split_questions, _coded_sections, _note_beside_names, _record_of_even_numbers, _units_of_one_column,
        _query_under_total, _line_above_the_source, _average_under_total, _marked_years, _crosses, _legend_after_a_gap,
        _title_over_a_blank_corner, _section_under_a_blank_corner, _numbered_sections, _labels_only_among_gaps,
        _a_category_named_average, _line_under_the_names,
    )
]  # fmt: skip
