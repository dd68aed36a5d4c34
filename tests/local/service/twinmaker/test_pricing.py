"""The pricing plan."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_pricing_plan_counts_entities_and_changes_when_set(twinmaker: Any) -> None:
    twinmaker.create_entity(workspaceId="Factory", entityName="pump")
    plan = twinmaker.get_pricing_plan()["currentPricingPlan"]
    assert (plan["pricingMode"], plan["billableEntityCount"]) == ("STANDARD", 1)
    twinmaker.update_pricing_plan(pricingMode="TIERED_BUNDLE", bundleNames=["FACTORY"])
    plan = twinmaker.get_pricing_plan()["currentPricingPlan"]
    assert (plan["pricingMode"], plan["updateReason"]) == ("TIERED_BUNDLE", "PRICING_MODE_UPDATE")
    assert plan["bundleInformation"]["bundleNames"] == ["FACTORY"]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="bundleNames belong to"):
        twinmaker.update_pricing_plan(pricingMode="BASIC", bundleNames=["FACTORY"])
