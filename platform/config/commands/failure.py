"""What a command tells the person who called it."""


class CommandFailure(Exception):
    """The command can not do its work; the text says why and what to do, in one line."""
