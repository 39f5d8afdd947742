"""Short codes that trace a paper back to its print: eight letters and digits that cannot be mistaken when read aloud."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L."""
LENGTH = 8


def new_code() -> str:
    """A random code; 31 to the 8th are enough that none is met twice, and a unique index sees to it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def plain(text: str) -> str:
    """A code as it is kept, from what somebody typed: spaces, dashes and small letters do not matter."""
    return "".join(text.upper().split()).replace("-", "")[:20]


def in_fours(code: str) -> str:
    """ABCD-2345: as papers print it."""
    return f"{code[:4]}-{code[4:]}" if len(code) == LENGTH else code
