"""One file per paper: plain rows of its own in, a Document out; nothing here reads a database or a clock."""
