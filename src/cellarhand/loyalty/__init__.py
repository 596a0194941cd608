"""Loyalty: points that customers gather, and tiers that they are in; off unless a tenant switches it on."""
