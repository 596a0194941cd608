"""For the tests of integrations: a real server, fresh tenants, and faults on demand (a pytest plugin)."""
