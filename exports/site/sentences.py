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
    def _first_page(self) -> dict[str, list[str]]:
        from exports.extract import facts, sentences

        years = facts.extract_years(self._published)
        if not years:
            return {}
        return dict(sentences.first_page_parts(facts.gather(self._published, years[-1])))

    @cached_property
    def _trust(self) -> Any:
        from exports.trust_facts import gather_trust

        return gather_trust(self._published)

    def about(self, topic: str) -> list[str] | None:
        """Sentences about a topic; ``None`` where there is no such topic."""
        from exports import trust_methods, trust_sentences

        if topic in _PARTS:
            return self._first_page.get(_PARTS[topic], [])
        if topic == "trust_gap":
            return trust_sentences.first_sentences(self._trust) if self._trust.gaps else [trust_sentences.NO_POLLS]
        if topic == "trust_about":
            return [trust_sentences.ABOUT]
        if topic == "trust_methods":
            return [f"{term}: {text}" for term, text in trust_methods.METHODS]
        return None


TOPICS = (*_PARTS, "trust_gap", "trust_about", "trust_methods")


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
    if topics == ["trust_methods"]:
        pairs = [text.split(": ", 1) for text in found]
        terms = "".join(f"<div><dt>{html_text(one)}</dt><dd>{html_text(text)}</dd></div>\n" for one, text in pairs)
        return f'<dl class="methods">\n{terms}</dl>'
    if len(found) == 1:
        return f"<p>{html_text(found[0])}</p>"
    lines = "".join(f"<li>{html_text(text)}</li>\n" for text in found)
    return f'<ul class="says">\n{lines}</ul>' if found else ""
