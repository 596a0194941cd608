"""Coupons, promotions and the sets in which several of them apply together."""
