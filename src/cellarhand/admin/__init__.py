"""The admin site: pages for people, on the same operations as the API (docs/admin.md)."""
