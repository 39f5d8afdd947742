"""What `run.py` can do: the contract of docs/commands.md. Exit 0 done, 1 refused in words, 2 wrong usage."""

from app.commands.entry import main

__all__ = ["main"]
