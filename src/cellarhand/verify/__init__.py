"""Comparing what is derived with what it follows from, and putting it right (domain GEN-6)."""
