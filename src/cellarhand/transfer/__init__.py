"""Whole tenants in and out: backup and restore, export of lists, comparing two copies."""
