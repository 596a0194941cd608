"""Clubs and memberships: who gets wine again and again, and on which terms."""
