"""Who may do what: tenants, people with roles, apps with permissions, and how they prove who they are."""
