"""A command that cannot be done, in words."""


class CommandRefused(ValueError):
    """The message goes to standard error; the exit code is 1."""
