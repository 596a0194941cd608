"""How amounts in whole cents are rounded and shared (domain GEN-2, GEN-3). Pure; no float is near."""

from collections.abc import Sequence


def half(amount: int, parts: int) -> int:
    """`amount / parts`, half up and mirrored for negatives (GEN-2)."""
    doubled = (2 * abs(amount) + parts) // (2 * parts)
    return doubled if amount >= 0 else -doubled


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """The amount in whole cents by weights; cents left over go to the largest remainders (GEN-3).

    No share is more than its weight where the amount is not more than all weights; without any weight all
    are 0.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [amount * each // total for each in weights]
    rest = [amount * each % total for each in weights]
    for place in sorted(range(len(weights)), key=lambda place: -rest[place])[: amount - sum(shares)]:
        shares[place] += 1
    return shares
