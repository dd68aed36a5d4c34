"""Rules of imports and exports: what a definition and another form of a twin cannot express of each other."""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

NOT_IMPORTED = Rule(
    "TWIN230",
    "not-imported",
    """An import leaves out a part of its source: a definition has no member for it, or the service computes
    it. The definition is complete without it for the service.

    Bad:
        tmdt.json:
            {"version": "0.0.2", "component_types": [], "scenes": [], "models": [], "entities": "e.json",
             "data": []}
        e.json:
            []

    Finding:
        tmdt.json:2:2 TWIN230 warning: "data" is not imported: a definition holds no recorded data; publish
        the data to the deployed twin

    Fix:
        Read the reason. Where the part matters, the message says what takes its place.

    Good:
        tmdt.json:
            {"version": "0.0.2", "component_types": [], "scenes": [], "models": [], "entities": "e.json"}
    """,
    Severity.WARNING,
    remedy="no action is needed",
)
CHANGED_ON_IMPORT = Rule(
    "TWIN231",
    "changed-on-import",
    """An import writes a part of its source in another way, because a definition expresses it
    otherwise. What is deployed is the same.

    Bad:
        tmdt.json:
            {"component_types": [], "scenes": [], "models": [], "entities": "e.json"}
        e.json:
            [{"entityName": "Machine 1"}]

    Finding:
        e.json:1:2 TWIN231 warning: entity "Machine 1" has no id, and gets "Machine-1"; write another
        entityId into the definition before the first deployment

    Fix:
        Check that the definition says what you mean.

    Good:
        e.json:
            [{"entityId": "machine-1", "entityName": "Machine 1"}]
    """,
    Severity.WARNING,
    remedy="check it",
)
NEEDS_A_DECISION = Rule(
    "TWIN232",
    "needs-a-decision",
    """A source lacks what a definition needs, or is ambiguous about it. The import writes what is most
    likely, or leaves it out; only a person can decide.

    Bad:
        tmdt.json:
            {"component_types": [], "scenes": [], "entities": "e.json",
             "models": ["hall.glb"]}
        e.json:
            []

    Finding:
        tmdt.json:2:13 TWIN232 warning: model "hall.glb" is not in the folder 3d_models; copy it to
        assets/hall.glb of the definition

    Fix:
        Decide, and write the decision into the definition.

    Good:
        3d_models/hall.glb:
            {"asset": {"version": "2.0"}, "scenes": [{}]}
    """,
    Severity.WARNING,
)
NOT_EXPORTED = Rule(
    "TWIN233",
    "not-exported",
    """An export leaves out a part of the definition, because the other form has no member for it. What is
    written is complete without it, but does not do what that part does.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            tags: {plant: west}

    Finding:
        twin.yaml:2:1 TWIN233 warning: "tags" is not exported: it belongs to the workspace, which exists
        before the file is used; deploy the definition instead, or leave it out

    Fix:
        Read the reason: where the part matters, deploy the definition itself.

    Good:
        twin.yaml:
            workspaceId: my-twin
    """,
    Severity.WARNING,
    remedy="deploy the definition instead, or leave it out",
)
