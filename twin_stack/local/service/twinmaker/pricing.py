"""The account's pricing plan. The embedded service bills nothing; programs read and set the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.twinmaker.context import invalid

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json

_KEY = "current"


class Pricing:
    """GetPricingPlan and UpdatePricingPlan.

    A new account is in mode STANDARD, and a change takes effect at once: the service's pending plans depend
    on billing periods, which do not exist here.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._plans = context.resources("pricing_plan")

    def get_pricing_plan(self, scope: Scope, _params: Json) -> Json:
        """Return the plan in force."""
        stored = self._plans.get(scope, "", _KEY)
        body = stored.body if stored else _plan("STANDARD", "DEFAULT", self._context.clock())
        return {"currentPricingPlan": {**body, "billableEntityCount": self._count_entities(scope)}}

    def update_pricing_plan(self, scope: Scope, params: Json) -> Json:
        """Change the pricing mode and bundles."""
        mode, bundles = params["pricingMode"], params.get("bundleNames")
        if (mode == "TIERED_BUNDLE") != bool(bundles):
            raise invalid(f"bundleNames belong to pricingMode TIERED_BUNDLE, got {mode}")
        body = _plan(mode, "PRICING_MODE_UPDATE", self._context.clock())
        if bundles:
            body["bundleInformation"] = {"bundleNames": bundles, "pricingTier": "TIER_1"}
        self._plans.put(scope, "", _KEY, body)
        return self.get_pricing_plan(scope, {})

    def _count_entities(self, scope: Scope) -> int:
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
