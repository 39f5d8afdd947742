"""The folder of contents: each file lies under its own SHA-256, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def folder() -> Path:
    """DATA_DIR/files."""
    return Path(current_app.config["DATA_DIR"]) / "files"


def path_of(digest: str) -> Path:
    """Where the content of that digest lies: files/ab/cdef… Raises ValueError for anything but a digest."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"Not a SHA-256 in hex: {digest!r}")
    return folder() / digest[:2] / digest[2:]


def keep(data: bytes) -> str:
    """Write the bytes down durably, unless they are there already; their digest."""
    digest = digest_of(data)
    path = path_of(digest)
    if path.exists():
        # A fresh time keeps `sweep` away while the row that will name it is not committed yet.
        os.utime(path)
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def read(digest: str) -> bytes:
    """The content, proved against its digest. Raises OSError where it is missing, ValueError where it is damaged."""
    data = path_of(digest).read_bytes()
    if digest_of(data) != digest:
        raise ValueError(f"The stored file {digest} does not hold what its name says.")
    return data


def stale(*, seconds: float) -> Iterator[tuple[str | None, Path]]:
    """Files untouched for so long: digest and path; None as digest for what a crash left half written."""
    before = time.time() - seconds
    for path in sorted(folder().glob("??/*")):
        try:
            is_old = path.stat().st_mtime < before
        except FileNotFoundError:  # swept by another process meanwhile
            continue
        if is_old:
            digest = path.parent.name + path.name
            yield (digest if _DIGEST.fullmatch(digest) else None), path
