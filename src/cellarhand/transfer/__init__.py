"""Moving a whole tenant: out of any server into an archive of open files (docs/archive.md)."""
