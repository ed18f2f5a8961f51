"""Sentences that are computed, so that no prose can contradict its table; from release tables only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exports.published import Published
from exports.safe import html_text
from exports.site.source import Component

if TYPE_CHECKING:
    from exports.site.render import Rendering

#: Words of the first page's parts, by what a page asks for.
_PARTS = {
    "money": "The money",
    "trust": "The trust gap",
    "people": "The people",
    "programs": "Programs against their targets",
    "certainty": "How sure the figures are",
}


class Said:
    """The sentences of one build, each list worked out when a page first says it."""

    def __init__(self, published: Published) -> None:
        self._published = published.release()

    @cached_property
    def _facts(self) -> Any:
        """The newest year's facts; ``None`` where no year has any."""
        from exports.extract import facts

        years = facts.extract_years(self._published)
        return facts.gather(self._published, years[-1]) if years else None

    @cached_property
    def _first_page(self) -> dict[str, list[str]]:
        from exports.extract import sentences

        return dict(sentences.first_page_parts(self._facts)) if self._facts else {}

    @cached_property
    def _trust(self) -> Any:
        from exports.trust_facts import gather_trust

        return gather_trust(self._published)

    def about(self, topic: str) -> list[str] | None:
        """Sentences about a topic; ``None`` where there is no such topic."""
        from exports import trust_sentences

        if topic in _PARTS:
            return self._first_page.get(_PARTS[topic], [])
        if topic == "trust_gap":
            return trust_sentences.first_sentences(self._trust) if self._trust.gaps else [trust_sentences.NO_POLLS]
        if topic == "trust_about":
            return [trust_sentences.ABOUT]
        return None

    def terms(self, topic: str) -> list[tuple[str, str]] | None:
        """Terms and what they mean; ``None`` where there is no such topic."""
        from exports import trust_methods
        from exports.extract import methods

        if topic == "trust_methods":
            return list(trust_methods.METHODS)
        if topic == "methods":
            return methods.methods(self._facts) if self._facts else []
        return None


TOPICS = (*_PARTS, "trust_gap", "trust_about")
TERMS = ("methods", "trust_methods")


def sentences(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<Sentences about=money />``: a list. ``part=first`` says only the first sentence of each topic named."""
    topics = [one.strip() for one in made.text(node, "about", scope, needed=True).split(",")]
    part = made.text(node, "part", scope)
    if part not in ("", "first", "rest"):
        raise made.problem(node.line, f"There is no part “{part}” of sentences. There are: first, rest.")
    found: list[str] = []
    for topic in topics:
        said = made.sentences.about(topic)
        if said is None:
            raise made.problem(node.line, f"There are no sentences about “{topic}”. There are: {', '.join(TOPICS)}.")
        found += said[:1] if part == "first" else said[1:] if part == "rest" else said
    if len(found) == 1:
        return f"<p>{html_text(found[0])}</p>"
    lines = "".join(f"<li>{html_text(text)}</li>\n" for text in found)
    return f'<ul class="says">\n{lines}</ul>' if found else ""


def terms(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<Terms about=methods />``: terms and what they mean."""
    topic = made.text(node, "about", scope, needed=True)
    found = made.sentences.terms(topic)
    if found is None:
        raise made.problem(node.line, f"There are no terms about “{topic}”. There are: {', '.join(TERMS)}.")
    lines = "".join(f"<div><dt>{html_text(term)}</dt><dd>{html_text(text)}</dd></div>\n" for term, text in found)
    return f'<dl class="methods">\n{lines}</dl>' if found else ""
