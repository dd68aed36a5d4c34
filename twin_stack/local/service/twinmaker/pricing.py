"""The account's pricing plan. Nothing is billed here; programs read and set the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.twinmaker.context import invalid

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json

_KEY = "current"


class Pricing:
    """GetPricingPlan and UpdatePricingPlan.

    A new account is in mode STANDARD, and a change takes effect at once; what the service does
    about pending plans depends on billing periods, which do not exist here.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._plans = context.resources("pricing_plan")

    def get_pricing_plan(self, scope: Scope, _params: Json) -> Json:
        """The plan in force."""
        found = self._plans.get(scope, "", _KEY)
        body = found.body if found else _plan("STANDARD", "DEFAULT", self._context.clock())
        return {"currentPricingPlan": {**body, "billableEntityCount": self._entities(scope)}}

    def update_pricing_plan(self, scope: Scope, params: Json) -> Json:
        """Change mode and bundles."""
        mode, bundles = params["pricingMode"], params.get("bundleNames")
        if (mode == "TIERED_BUNDLE") != bool(bundles):
            raise invalid(f"bundleNames belong to pricingMode TIERED_BUNDLE, got {mode}")
        body = _plan(mode, "PRICING_MODE_UPDATE", self._context.clock())
        if bundles:
            body["bundleInformation"] = {"bundleNames": bundles, "pricingTier": "TIER_1"}
        self._plans.put(scope, "", _KEY, body)
        return self.get_pricing_plan(scope, {})

    def _entities(self, scope: Scope) -> int:
        workspaces = self._context.resources("workspace").every(scope, "")
        entities = self._context.resources("entity")
        return sum(entities.count(scope, workspace.id) for workspace in workspaces)


def _plan(mode: str, reason: str, now: float) -> Json:
    return {
        "pricingMode": mode,
        "updateReason": reason,
        "effectiveDateTime": now,
        "updateDateTime": now,
    }
