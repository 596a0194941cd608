"""Customers, their addresses and cards on file, and notes."""
