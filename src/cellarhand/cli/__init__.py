"""The command `cellarhand`. Everything slow is imported by the command that needs it."""


def main() -> None:
    # Worker processes import this package for its log lines, and have no use for the commands.
    from cellarhand.cli.program import program

    program(prog_name="cellarhand")
