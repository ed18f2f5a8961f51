"""A picture of what a table is made from: its layers side by side, from the returns to what is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exports.safe import html_text

LAYERS = ("sources", "staging", "intermediate", "marts", "published")
TITLES = {
    "sources": "Returns, log, lists",
    "staging": "Staging",
    "intermediate": "Intermediate",
    "marts": "Marts",
    "published": "Published",
}
#: More boxes than this are one per program, and if those are too many, one.
MOST = 16
_WIDTH, _HEIGHT, _GAP, _BETWEEN, _TOP = 196, 24, 6, 44, 34
_CHARACTERS = 25


@dataclass(frozen=True)
class Node:
    """A model, seed or source: its name, layer and what it is made from, by id."""

    name: str
    layer: str
    parents: tuple[str, ...]


def ancestors(nodes: Mapping[str, Node], start: str) -> list[str]:
    """Ids of everything a node rests on, itself included, sorted."""
    seen, todo = {start}, [start]
    while todo:
        for parent in nodes[todo.pop()].parents:
            if parent in nodes and parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return sorted(seen)


def drawn(nodes: Mapping[str, Node], start: str) -> str:
    """The picture of a node's ancestors as SVG."""
    ids = ancestors(nodes, start)
    box = _boxes(nodes, ids)
    columns: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        layer = nodes[one].layer
        if box[one] not in columns[layer]:
            columns[layer].append(box[one])
    layers = [layer for layer in LAYERS if columns.get(layer)]
    tallest = max(len(columns[layer]) for layer in layers)
    places = {}
    for number, layer in enumerate(layers):
        above = (tallest - len(columns[layer])) / 2
        for line, name in enumerate(sorted(columns[layer])):
            places[layer, name] = (number * (_WIDTH + _BETWEEN), _TOP + (above + line) * (_HEIGHT + _GAP))
    edges = {
        ((nodes[parent].layer, box[parent]), (nodes[one].layer, box[one]))
        for one in ids
        for parent in nodes[one].parents
        if parent in box and (nodes[parent].layer, box[parent]) != (nodes[one].layer, box[one])
    }
    width = len(layers) * (_WIDTH + _BETWEEN) - _BETWEEN
    height = _TOP + tallest * (_HEIGHT + _GAP)
    label = f"What {nodes[start].name} is made from: {len(ids) - 1} tables; the list below names the nearest"
    return (
        f'<svg class="lineage" viewBox="-2 0 {width + 4} {height:g}" width="{width + 4}" height="{height:g}" role="img"'
        f' aria-label="{html_text(label)}">\n'
        + "".join(
            f'<text class="layer" x="{number * (_WIDTH + _BETWEEN)}" y="16">{html_text(TITLES[layer])}</text>\n'
            for number, layer in enumerate(layers)
        )
        + "".join(_edge(places[a], places[b]) for a, b in sorted(edges))
        + "".join(_box(name, x, y, own=name == nodes[start].name) for (_, name), (x, y) in sorted(places.items()))
        + "</svg>\n"
    )


def _boxes(nodes: Mapping[str, Node], ids: Iterable[str]) -> dict[str, str]:
    """The box each node is drawn in: its own, its program's, or one for the layer."""
    layers: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        layers[nodes[one].layer].append(one)
    found = {}
    for members in layers.values():
        programs: dict[str, list[str]] = defaultdict(list)
        for one in members:
            programs[program(nodes[one].name)].append(one)
        for one in members:
            own = programs[program(nodes[one].name)]
            if len(members) <= MOST:
                found[one] = nodes[one].name
            elif len(programs) <= MOST:
                found[one] = nodes[one].name if len(own) == 1 else f"{program(nodes[one].name)} ({len(own)} tables)"
            else:
                found[one] = f"{len(members)} tables"
    return found


def program(name: str) -> str:
    """``stg_heal__reach`` is of ``heal``; so is ``heal__reach``."""
    front = name.split("__", 1)[0]
    first, _, rest = front.partition("_")
    return rest if rest and first in ("stg", "int", "fct", "dim", "pub", "ref") else front


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH, start[1] + _HEIGHT / 2, end[0], end[1] + _HEIGHT / 2
    if x2 <= start[0]:
        # Within a layer: out on the right and back in on the same side.
        x2 = end[0] + _WIDTH
        return f'<path class="edge" d="M{x1:g} {y1:g}C{x1 + 40:g} {y1:g} {x2 + 40:g} {y2:g} {x2:g} {y2:g}"/>\n'
    middle = (x2 - x1) / 2
    return f'<path class="edge" d="M{x1:g} {y1:g}C{x1 + middle:g} {y1:g} {x2 - middle:g} {y2:g} {x2:g} {y2:g}"/>\n'


def _box(name: str, x: float, y: float, *, own: bool) -> str:
    words = name if len(name) <= _CHARACTERS else f"{name[: _CHARACTERS - 1]}…"
    return (
        f'<g class="{"box own" if own else "box"}"><title>{html_text(name)}</title>'
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="4"/>'
        f'<text x="{x + 8:g}" y="{y + 17.5:g}">{html_text(words)}</text></g>\n'
    )
