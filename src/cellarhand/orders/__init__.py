"""Orders: what was sold to whom, how it was paid, and whether it has been handed over."""
