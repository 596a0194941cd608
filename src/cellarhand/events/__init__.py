"""What others are told: the outbox, web hooks, and the trash that lists deletions."""
