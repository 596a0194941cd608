"""What can be wrong with the administration of tenants, people and apps; each text says what to do."""


class AdministrationFault(Exception):
    """A step that can't be done as asked. The text is for a person."""
