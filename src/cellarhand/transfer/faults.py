"""What can be wrong with a transfer; each text says what to do."""


class TransferFault(Exception):
    """A transfer that can't be done as asked. The text is for a person."""


class DamagedFile(TransferFault):
    """A file is not what was written. The text names the part."""
