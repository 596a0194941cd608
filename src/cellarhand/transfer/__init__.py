"""Whole tenants in and out: archives, backup and restore, export of lists, comparing two copies."""
