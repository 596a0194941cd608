"""The kernel: what a resource declares, and validating, changing and querying one record."""
