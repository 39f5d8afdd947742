"""Return addresses that stay within this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(target: str) -> str:
    """The address to return to; the first page where it leads elsewhere (the Host header is never trusted for this)."""
    parts = urlsplit(target)
    if not target.startswith("/") or target.startswith(("//", "/\\")) or parts.netloc or parts.scheme:
        return "/"
    return target
