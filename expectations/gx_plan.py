"""Suites prepared once per process: which metrics an expectation needs does not depend on the rows.

Great Expectations works out anew for every batch which metrics each expectation needs; for a return of a few
rows that was nine tenths of the time of judging. A :class:`Plan` holds what was worked out. Metrics and
answers still come from its own classes, and what is not met is judged again through its front door
(:func:`expectations.gx.run`).
"""

from __future__ import annotations

import importlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

#: Suites one process keeps prepared: a suite per table, and variants where cells could not be read.
PLANS = 128
_BOOLEAN = {"result_format": "BOOLEAN_ONLY"}
_LOCK = threading.Lock()
_KNOWN: OrderedDict[tuple[Any, ...], Plan] = OrderedDict()


@dataclass(frozen=True)
class Step:
    """One expectation with the metrics it needs, by name."""

    expectation: Any
    configuration: Any
    needs: dict[str, Any]
    result_format: dict[str, Any]


@dataclass
class Plan:
    """The expectations of a suite in order, and the metrics they share."""

    steps: list[Step]
    edges: list[Any]
    _met: dict[int, str] = field(default_factory=dict)

    @property
    def configurations(self) -> dict[int, tuple[Any, Any]]:
        """Expectation and configuration by the expectation's identity."""
        return {id(step.expectation): (step.expectation, step.configuration) for step in self.steps}

    def judge(self, engine: Any) -> list[bool] | None:
        """Whether each expectation is met by the engine's rows; ``None`` where a metric could not be computed."""
        graphs = importlib.import_module("great_expectations.validator.validation_graph")
        graph = graphs.ValidationGraph(execution_engine=engine, edges=self.edges)
        metrics, aborted = graph.resolve(dict(_BOOLEAN), show_progress_bars=False)
        if aborted:
            return None
        return [self._answer(step, metrics, engine) for step in self.steps]

    @staticmethod
    def _answer(step: Step, metrics: Any, engine: Any) -> bool:
        answer = step.expectation._validate(
            metrics={name: metrics[needed.id] for name, needed in step.needs.items()},
            runtime_configuration={"result_format": step.result_format},
            execution_engine=engine,
        )
        return bool(answer["success"])

    def met(self, index: int) -> dict[str, Any]:
        """The stored result of an expectation that is met, as ``graph_validate`` gives it."""
        if index not in self._met:
            expectation = self.steps[index].expectation
            result = expectation._build_evr({"success": True, "result": {}})
            self._met[index] = json.dumps(result.to_json_dict())
        return dict(json.loads(self._met[index]))


def plan_for(validator: Any, judges: list[Any]) -> Plan:
    """The plan of a suite, made on first use."""
    key = tuple((type(judge).__name__, repr(judge.__dict__)) for judge in judges)
    with _LOCK:
        if key in _KNOWN:
            _KNOWN.move_to_end(key)
            return _KNOWN[key]
    plan = _prepare(validator, judges)
    with _LOCK:
        _KNOWN[key] = plan
        while len(_KNOWN) > PLANS:
            _KNOWN.popitem(last=False)
    return plan


def _prepare(validator: Any, judges: list[Any]) -> Plan:
    graphs, _, _ = validator._generate_metric_dependency_subgraphs_for_each_expectation_configuration(
        expectation_configurations=[judge.configuration for judge in judges],
        processed_configurations=[],
        catch_exceptions=False,
        runtime_configuration=dict(_BOOLEAN),
    )
    edges = {edge.id: edge for graph in graphs for edge in graph.graph.edges}
    steps = []
    for graph in graphs:
        expectation = graph.configuration.to_domain_obj()
        needs = expectation.get_validation_dependencies(
            execution_engine=validator.execution_engine, runtime_configuration=dict(_BOOLEAN)
        )
        steps.append(
            Step(expectation, expectation.configuration, dict(needs.metric_configurations), dict(needs.result_format))
        )
    return Plan(steps, list(edges.values()))
