"""Mail: put into the outbox with the change that causes it, and sent from there (domain EML)."""
