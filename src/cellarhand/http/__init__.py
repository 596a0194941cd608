"""The REST edge: the only floor that knows HTTP."""
