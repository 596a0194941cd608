"""Cellarhand: a self-hosted commerce server for wineries that speaks the Commerce7 v1 REST API."""

__version__ = "0.1.0"
