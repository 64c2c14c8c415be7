"""What a command says when it cannot do its work."""


class StackError(Exception):
    """A command cannot go on; the text says what happened, where, and what to do."""
