"""The workbooks as they came, kept sealed in DATA_DIR/imports under their SHA-256."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from pathlib import Path

from flask import current_app

from app.fields import sealing
from app.security.keys import keyring


def _path(digest: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "imports" / digest


def keep(data: bytes) -> str:
    """Seal the bytes and write them down whole; their digest in hex."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    box = keyring().seal(base64.b64encode(data).decode("ascii"), context=sealing.place("imports", "original", digest))
    handle, draft = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(box)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return digest


def read(digest: str) -> bytes:
    """The original. Raises OSError where it is missing, BoxIsDamaged where somebody touched it."""
    box = _path(digest).read_bytes()
    text = keyring().open_box(box, context=sealing.place("imports", "original", digest))
    return base64.b64decode(text)


def forget(digest: str) -> None:
    """Delete the original of a batch that was never published."""
    _path(digest).unlink(missing_ok=True)
