"""The CycloneDX bill of materials of a release: `make dist`."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tests.packaging.dependencies import ROOT, Dependency, read_lock_file, read_requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

LICENSES = LicenseFactory()
REGISTRIES = {"npm": "https://registry.npmjs.org/{name}", "pypi": "https://pypi.org/simple/{name}/"}


def bill_of_materials() -> Bom:
    """Return what an installation of ``twin-stack[local]`` contains, with the libraries in its page.

    What only ``twin-stack[local]`` needs has the scope "optional".
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = our_component(project["name"], project["version"], ComponentType.LIBRARY)
    page = our_component("twin-stack-viewer", project["version"], ComponentType.APPLICATION)
    bom = Bom()
    bom.metadata.component = package
    bom.components.add(page)

    required = read_requirements("requirements.txt")
    installed = reachable(read_requirements("requirements-local.txt"), project["name"])
    register(bom, installed, {project["name"]: package}, required.keys())
    libraries = read_lock_file("viewer/package-lock.json", development=False)
    register(bom, libraries, {"": page}, libraries.keys())
    bom.register_dependency(package, [page])
    return bom


def reachable(dependencies: dict[str, Dependency], root: str) -> dict[str, Dependency]:
    """Return the dependencies without those that only the build of the project needs."""
    names = {root}
    while True:
        more = {name for name, dependency in dependencies.items() if dependency.needed_by & names} - names
        if not more:
            return {name: dependency for name, dependency in dependencies.items() if name in names}
        names |= more


def register(
    bom: Bom, dependencies: dict[str, Dependency], users: dict[str, Component], required: Iterable[str]
) -> None:
    """Add dependencies as components, and who depends on them.

    Args:
        bom: The bill of materials to add to.
        dependencies: The dependencies, by the key by which ``needed_by`` names them.
        users: The components of this project, by the same kind of key.
        required: The keys of the dependencies that are not optional.
    """
    components = {
        key: their_component(dependency, is_required=key in required)
        for key, dependency in dependencies.items()
    }
    bom.components.update(components.values())
    for user_key, user in {**users, **components}.items():
        bom.register_dependency(
            user, [components[key] for key, used in dependencies.items() if user_key in used.needed_by]
        )


def our_component(name: str, version: str, kind: ComponentType) -> Component:
    """Return the component of a part of this project."""
    license = LICENSES.make_from_string("Apache-2.0")
    return Component(name=name, version=version, type=kind, bom_ref=f"{name}@{version}", licenses=[license])


def their_component(dependency: Dependency, *, is_required: bool) -> Component:
    """Return the component of a dependency, with its licence and the digests of its files."""
    namespace, _, name = dependency.name.rpartition("/")
    purl = PackageURL(dependency.registry, namespace or None, name, dependency.version)
    algorithm = HashAlgorithm.SHA_256 if dependency.registry == "pypi" else HashAlgorithm.SHA_512
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(REGISTRIES[dependency.registry].format(name=dependency.name)),
        hashes=[HashType(alg=algorithm, content=digest) for digest in sorted(dependency.digests)],
    )
    return Component(
        name=name,
        group=namespace or None,
        version=dependency.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        scope=ComponentScope.REQUIRED if is_required else ComponentScope.OPTIONAL,
        licenses=[LICENSES.make_from_string(dependency.license)],
        external_references=[files],
    )


def render_bill_of_materials() -> str:
    """Return the bill of materials as CycloneDX 1.6 in JSON."""
    return JsonV1Dot6(bill_of_materials()).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_bill_of_materials(), encoding="utf-8")
