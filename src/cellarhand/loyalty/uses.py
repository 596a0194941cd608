"""What shop fronts are told of loyalty (reference B33)."""

from cellarhand.loyalty.loyalty_tier import shown_tiers
from cellarhand.record.validate import Record
from cellarhand.settings.loyalty import loyalty_of
from cellarhand.store.unit import ReadUnit


async def loyalty_for_web(unit: ReadUnit) -> Record:
    """The members of `loyalty` that say something else than that there is none."""
    setting = await loyalty_of(unit)
    if not setting.is_on:
        return {}
    return {
        "hasLoyalty": True,
        "status": "Enabled",
        "pointsOnCustomerCreate": setting.points_on_create,
        "tiers": [_for_web(tier) for tier in await shown_tiers(unit)],
    }


def _for_web(tier: Record) -> Record:
    """A tier as anybody may see it: with clubs that are on the web, and without what their mails say."""
    if "clubsToQualify" not in tier:
        return tier
    clubs = [each for each in tier["clubsToQualify"] if each["webStatus"] != "Not Available"]
    return {**tier, "clubsToQualify": [each | {"emailInstructions": None} for each in clubs]}
