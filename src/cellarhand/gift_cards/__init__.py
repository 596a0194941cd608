"""Gift cards: what customers can pay with, and how their balances came about."""
