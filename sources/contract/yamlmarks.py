"""YAML loading that remembers the line of every key, so that an error can name it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]


class YamlProblem(ValueError):
    """The text is not YAML, or a key stands twice; ``line`` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def load_marked(text: str) -> tuple[Any, dict[Path, int]]:
    """Parse YAML into plain values and a map from key path to 1-based line.

    Raises:
        YamlProblem: the text is not YAML, or a mapping holds a key twice.
    """
    loader = _Loader(text)
    lines: dict[Path, int] = {}
    try:
        node = loader.get_single_node()
        value = _build(loader, node, (), lines) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlProblem(line, f"not valid YAML: {error.problem}") from error
    finally:
        loader.dispose()
    return value, lines


def _build(loader: Any, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if key in mapping:
                raise YamlProblem(key_node.start_mark.line + 1, f"the key “{key}” stands twice")
            lines[(*path, key)] = key_node.start_mark.line + 1
            mapping[key] = _build(loader, value_node, (*path, key), lines)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, index), lines) for index, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)
