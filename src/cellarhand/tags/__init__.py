"""Tags and the records that carry them."""
