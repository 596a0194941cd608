"""A tenant's settings and the definitions of its meta data."""
