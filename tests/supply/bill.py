"""The bill of materials: a CycloneDX document of the lock, the same bytes wherever it is made."""

from __future__ import annotations

import hashlib
import json
import tomllib
import warnings
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from tests.supply import LOCK, PROJECT
from tests.supply.licences import licences
from tests.supply.packages import Locked, direct, extras, installed, locked, who_needs


def bill() -> str:
    """The document as JSON: no clock, no serial number, no address of an index, no path."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    factory = LicenseFactory()
    root = Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION, bom_ref="this",
        licenses=[factory.make_from_string(project["license"])],
    )  # fmt: skip
    bom = Bom(components=[])
    bom.metadata.component = root
    bom.metadata.properties.add(Property(name="lock:sha256", value=hashlib.sha256(LOCK.read_bytes()).hexdigest()))
    by_name: dict[str, list[Component]] = {}
    for one in locked():
        component = _component(one, factory)
        bom.components.add(component)
        by_name.setdefault(one.name, []).append(component)
    asked = {canonicalize_name(name) for needs in extras().values() for name in map(_name, needs)}
    bom.register_dependency(root, [component for name in sorted(asked) for component in by_name.get(name, ())])
    for name, components in by_name.items():
        below = {canonicalize_name(need.name) for need in direct(name)}
        needs = [component for each in sorted(below) for component in by_name.get(each, ())]
        for component in components:
            bom.register_dependency(component, needs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    document.pop("serialNumber", None)
    document["metadata"].pop("timestamp", None)
    document["metadata"].pop("tools", None)
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _name(requirement: str) -> str:
    from packaging.requirements import Requirement

    return Requirement(requirement).name


def _component(one: Locked, factory: LicenseFactory) -> Component:
    said = licences().get(one.name, "") if one.name in installed() else ""
    url = PackageURL("pypi", None, one.name, one.version)
    properties = [Property(name="needed-by", value=extra) for extra in who_needs().get(one.name, ())]
    properties += [Property(name="installed-where", value=one.marker)] if one.marker else []
    return Component(
        name=one.name, version=one.version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(BomRef(url.to_string()).value),
        licenses=[factory.make_from_string(said)] if said else [], properties=properties,
    )  # fmt: skip


def wrong(document: str) -> str:
    """What the CycloneDX schema has against a document; empty where it is valid."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    return "" if found is None else str(found)
