"""The reference in docs/reference, made from the declarations: `make docs`."""
