"""The ground floor: units of work over SQLite and PostgreSQL. Only this folder knows SQL and drivers."""
