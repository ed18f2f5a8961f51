"""Words by which people mark what is no data, and the words headers are made of, in the languages partners write."""

from __future__ import annotations

import re

from sources.reader.text import normal

_TOTALS = """
total totals totales subtotal subtotals sum summe gesamt gesamtsumme insgesamt zwischensumme somme totale totaal suma
soma ensemble subtotale yhteensa totalt razem ukupno itogo"""
_OF_WHAT = """
for of per all in quarter q1 q2 q3 q4 general generale geral region reach amount expenditure income cost costs budget
year month a b c d e f"""
_TOTAL = re.compile(
    rf"(?:(?:grand|sub|sous|overall|column|running|net) )?(?:{'|'.join(_TOTALS.split())})"
    rf"(?: (?:{'|'.join(_OF_WHAT.split())})\b.*)?"
)
_AVERAGES = frozenset(
    ["average", "avg", "mean", "median", "moyenne", "media", "promedio", "durchschnitt", "mittelwert"]
)
_TOTAL_BEHIND = re.compile(r".{2,60} (?:sub ?)?totals?")
_NOTE_STARTS = (
    r"[*†‡§¹²³©]",
    r"[-_=–—]{3,}\s*$",
    r"\[\w{1,7}\]",
    r"\(?\d{1,2}[).:]\s+\S",
    r"\(\w\)\s",
    r"(?:notes?|sources?|remarks?|contact|please|figures|updated|fuentes?|fonte|notas?)\b",
    r"nb\b|n\.b\.|comments?:|key:|base:|stand:|bron:|\(c\)|https?://|www\.|\.\.",
    r"prepared by|disclaimer|synthetic sample|all figures|signed|date of|legend|footnotes?|remarque|copyright",
    r"anmerkung|quelle|hinweis|last updated|data extracted|this (?:table|work)|the data|generated|end of",
    r"downloaded|exported|licen[cs]e",
    r"created|printed|page \d|values? |percentages? may|due to rounding|[-–:.x*rpe] ?=|n/?a ?[=:]",
)
NOTE = re.compile(rf"\s*(?:{'|'.join(_NOTE_STARTS)})", re.IGNORECASE)
_UNITS = """
n no no. num number numbers count kg g t ton tons tonne tonnes km km2 km² ha m m2 m² m3 m³ mm cm l ml litre litres °C
°F year years yr yrs month months day days hour hours hr hrs h min sec s person persons people thousand thousands
million millions 000s '000 ratio rate index score unit units text string integer int float date numeric boolean
yyyy-mm-dd dd/mm/yyyy household households MW GWh kWh pp pt pts point points % ‰ percent percentage km/h m/s"""
UNIT = re.compile(
    rf"[(\[]?\s*(?:{'|'.join(re.escape(unit) for unit in sorted(_UNITS.split(), key=len, reverse=True))}|per ?cent"
    r"|[$€£¥]\s?(?:000s?|'000|m|mn|bn|million|thousand)?|(?-i:[A-Z]{3})|(?:in )?(?:us)?[$€£]"
    r"|per (?:1,?000|100,?000|million|capita|1000 .*))\s*[)\]]?",
    re.IGNORECASE,
)
_HEADER_WORDS = """
id ids code codes name names title type types date dates year month quarter week day time country countries region
regions district districts county city town village state province ward area location site address street postcode zip
postal phone telephone email mail website url web link contact status stage category categories class group groups sex
gender age ages ethnicity race language organisation organization organisations org agency partner partners provider
donor funder recipient implementer supplier department ministry sector subsector programme program project projects
activity activities indicator indicators description details detail summary comment comments note notes remark remarks
value values amount amounts total budget cost costs price spend expenditure income payment grant funding currency unit
units number no nr num count quantity qty rate ratio percent percentage share score rank index population people
persons households beneficiaries reached target targets baseline actual achieved male female men women boys girls
children adults start end from to first last surname forename firstname lastname given family role position job
occupation latitude longitude lat lon lng long elevation iso iso2 iso3 pcode admin adm0 adm1 adm2 adm3 level source
sources reference ref version period label field variable question answer response key item items product service
services school hospital facility clinic variety species sheet worksheet table contents topic theme subject author
publisher licence license format file size created updated modified reported by of responsible owner method fecha
nombre pais region provincia municipio departamento codigo tipo valor total ano mes descripcion estado nom prenom pays
ville commune annee mois montant adresse statut libelle vorname nachname land ort stadt datum jahr monat wert betrag
beschreibung typ nummer plz strasse kreis gemeinde bezeichnung anzahl data nome paese regione citta comune codice anno
mese valore importo descrizione cidade naam provincie waarde jaar maand omschrijving"""
_KNOWN = frozenset(_HEADER_WORDS.split())


def is_total(text: str) -> bool:
    """Whether a label names a total."""
    form = normal(text)
    return _TOTAL.fullmatch(form) is not None or (
        len(form) < 70 and form.endswith(("total", "totals")) and _TOTAL_BEHIND.fullmatch(form) is not None
    )


def is_average(text: str) -> bool:
    """Whether a label names an average of the rows above."""
    return normal(text) in _AVERAGES


def is_subtotal(text: str) -> bool:
    """Whether a label names a total of a part."""
    return normal(text).startswith(("sub", "zwischen", "sous"))


def header_words(text: str) -> int:
    """How many words of a text are words headers are made of."""
    form = normal(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))
    return sum(word in _KNOWN or word.rstrip("0123456789") in _KNOWN for word in form.split())
