"""Licences of the packages as SPDX expressions, and which need a word before they may come in.

A package whose licence is not among those that ask nothing of who runs, changes or passes on this code needs a line
in :data:`REMARKS`; the line names the licence, so that another one does not come in under it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import Distribution
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

from tests.supply.packages import installed, locked, who_needs

#: Licences that ask for no more than their own text and notices.
ALLOWED = frozenset(
    [
        "MIT",
        "MIT-0",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "ISC",
        "PSF-2.0",
        "CNRI-Python",
        "Zlib",
        "CC0-1.0",
        "Unlicense",
        "HPND",
        "LicenseRef-BSD",
    ]
)
#: Licence and why it is no obstacle, of packages with another licence.
REMARKS = {
    "asyncssh": ("EPL-2.0 OR GPL-2.0-or-later", "Tests only: the SFTP server that partners' inboxes are tried on."),
    "certifi": ("MPL-2.0", "A list of certificates, used unchanged; MPL binds changes to its own files only."),
    "fqdn": ("MPL-2.0", "Used unchanged; MPL binds changes to its own files only."),
    "hypothesis": ("MPL-2.0", "Tests only, used unchanged."),
    "mozilla-django-oidc": ("MPL-2.0", "Used unchanged; MPL binds changes to its own files only."),
    "odfpy": ("Apache-2.0 OR GPL-2.0-or-later OR LGPL-2.1-or-later", "Used under Apache-2.0, one of the licences it offers."),
    "orjson": ("MPL-2.0 AND (Apache-2.0 OR MIT)", "Used unchanged; MPL binds changes to its own files only."),
    "paramiko": ("LGPL-2.1-only", "A library of its own, imported and replaceable; used unchanged, for SFTP inboxes."),
    "pathspec": ("MPL-2.0", "Used unchanged; MPL binds changes to its own files only."),
    "psycopg2-binary": ("LGPL-3.0-or-later", "A library of its own, imported and replaceable; used unchanged, only with PostgreSQL."),
    "pytauargus": ("EUPL-1.2", "The extra `disclosure` only, run as a library, unchanged; the built-in way hides figures without it."),
    "pytest-rerunfailures": ("MPL-2.0", "Tests only, used unchanged."),
    "text-unidecode": ("Artistic-1.0-Perl OR GPL-2.0-or-later", "Used unchanged under the Artistic License, one of the two it offers."),
    "tqdm": ("MPL-2.0 AND MIT", "Used unchanged; MPL binds changes to its own files only."),
}  # fmt: skip
#: Licences read in the distribution's licence file or its classifiers, where its metadata names none that is exact.
READ_IN_FILE = {
    "atheris": "Apache-2.0",
    "axe-playwright-python": "MIT",
    "currencyconverter": "Apache-2.0",
    "odfpy": "Apache-2.0 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
    "psycopg2-binary": "LGPL-3.0-or-later",
    "svy-rs": "MIT",
    "text-unidecode": "Artistic-1.0-Perl OR GPL-2.0-or-later",
}
_WORDS = (
    (r"\bapache\b.*2|apache-2", "Apache-2.0"),
    (r"bsd[- ]3|3-clause|\(3-clause\)", "BSD-3-Clause"),
    (r"bsd[- ]2|2-clause", "BSD-2-Clause"),
    (r"mozilla public license 2|mpl[- ]2", "MPL-2.0"),
    (r"\bmit\b", "MIT"),
    (r"\bisc\b", "ISC"),
    (r"psf|python software foundation", "PSF-2.0"),
    (r"\bbsd\b", "LicenseRef-BSD"),
    (r"^apache software license$", "Apache-2.0"),
)
_SPDX: Any = get_spdx_licensing()


def licence(distribution: Distribution) -> str:
    """The licence a distribution declares, as an SPDX expression; empty where none can be told."""
    metadata = distribution.metadata
    name = re.sub(r"[-_.]+", "-", metadata["Name"]).lower()
    if name in READ_IN_FILE:
        return READ_IN_FILE[name]
    for said in (metadata.get("License-Expression"), metadata.get("License")):
        if said and len(said) < 80 and (exact := _exact(said)):
            return exact
    classes = [
        text.rsplit(" :: ", 1)[-1] for text in metadata.get_all("Classifier") or () if text.startswith("License ::")
    ]
    for said in (*((metadata.get("License") or "").splitlines()[:1]), *classes):
        for words, code in _WORDS:
            if re.search(words, said.strip(), re.IGNORECASE):
                return code
    return ""


def _exact(said: str) -> str:
    try:
        parsed = _SPDX.parse(said, validate=True, strict=True)
    except (ExpressionError, AttributeError):
        return ""
    return str(parsed) if parsed is not None else ""


def asks_nothing(expression: str) -> bool:
    """Whether what an expression offers can be had under :data:`ALLOWED` licences alone."""
    return bool(expression) and _holds(_SPDX.parse(expression))


def _holds(node: Any) -> bool:
    if isinstance(node, _SPDX.OR):
        return any(_holds(part) for part in node.args)
    if isinstance(node, _SPDX.AND):
        return all(_holds(part) for part in node.args)
    return str(node) in ALLOWED


@cache
def licences() -> dict[str, str]:
    """Licence by canonical name, of every installed package of the lock."""
    here = installed()
    return {one.name: licence(here[one.name]) for one in locked() if one.name in here}


def unnoticed() -> list[str]:
    """What must be looked at: a licence that is not told, not allowed, or not the one a remark was written for."""
    found = []
    for name, expression in licences().items():
        remark = REMARKS.get(name)
        if not expression:
            found.append(
                f"{name}: no licence can be told from its metadata; read its licence file and add it to READ_IN_FILE."
            )
        elif remark is not None and remark[0] != expression:
            found.append(f"{name}: its licence is now {expression}; the remark was written for {remark[0]}.")
        elif remark is None and not asks_nothing(expression):
            found.append(
                f"{name}: {expression} is not among the licences that need no word; add a remark, or leave it out."
            )
    found += [
        f"{name}: has a remark, and is not in the lock."
        for name in REMARKS
        if name not in {one.name for one in locked()}
    ]
    return found


def page() -> str:
    """The page of licences, as Markdown."""
    known, needs = licences(), who_needs()
    rows, elsewhere = [], []
    for one in locked():
        if one.name in known and installed()[one.name].version == one.version:
            shown = known[one.name].replace("LicenseRef-BSD", "BSD (clauses not named)")
            rows.append(f"| {one.name} | {one.version} | {shown} | {', '.join(needs.get(one.name, ())) or 'build'} |")
        else:
            elsewhere.append(f"{one.name} {one.version} (`{one.marker or 'another platform'}`)")
    words = [f"| {name} | {said} | {', '.join(needs.get(name, ()))} | {why} |" for name, (said, why) in REMARKS.items()]
    return "\n".join(
        [
            "# Licences of the packages",
            "",
            "Made by `make supply` from `requirements.lock` and what the installed packages say of themselves; not edited by hand. "
            "*Needed by* names `core`, or else the extras that need a package. The tests fail where a licence comes in that "
            "nobody looked at.",
            "",
            "## Those that need a word",
            "",
            "| Package | Licence (SPDX) | Needed by | Why it is no obstacle |",
            "|---|---|---|---|",
            *words,
            "",
            f"## All {len(rows)}",
            "",
            "| Package | Version | Licence (SPDX) | Needed by |",
            "|---|---|---|---|",
            *rows,
            "",
            "Locked for other platforms or Python versions, and not looked at here: " + "; ".join(elsewhere) + ".",
            "",
        ]
    )
