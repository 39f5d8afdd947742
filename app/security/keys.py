"""Keys of this installation: one master secret in KEY_DIR, all others derived from it."""

from __future__ import annotations

import os
import secrets
import time
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from app.fields.sealing import KeyFileIsDamaged, Keyring

MASTER_FILE = "master.key"


def master_secret(folder: Path) -> bytes:
    """The installation's secret, 32 bytes; made on first use, readable by its owner only."""
    path = folder / MASTER_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster
            return _whole(path)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
    return _whole(path)


def _whole(path: Path) -> bytes:
    """The secret, once whoever makes the file at this moment has written it."""
    for _try in range(40):
        secret = path.read_bytes()
        if secret:
            break
        time.sleep(0.05)
    if len(secret) != 32:
        raise KeyFileIsDamaged(f"密钥文件已损坏：{path}。请从备份恢复，切勿删除，否则已加密的身份证号无法解开。")
    return secret


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256)."""
    return HKDF(hashes.SHA256(), 32, None, f"gridledger/{purpose}".encode()).derive(secret)


def keyring() -> Keyring:
    """The keys that seal values, of the running application."""
    return _keyring(current_app.config["KEY_DIR"])


@lru_cache(maxsize=8)
def _keyring(folder: Path) -> Keyring:
    return Keyring.load_or_create(folder)
