"""The demo's data: two wineries with believable customers, the same for the same seed."""
