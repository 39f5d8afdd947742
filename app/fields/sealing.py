"""Keys, sealed values, searchable fingerprints and signatures of chains.

A box is: format (1 byte), key number (4), nonce (12), AES-256-GCM ciphertext and tag. The head and the place where the
value stands (table, column, uid of the row) are authenticated: a box copied into another row or column does not open.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import struct
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16

_FORMAT = 1
_HEAD = struct.Struct(">BI")
_KEY_FILE = re.compile(r"^seal-(\d{4})\.key$")


class BoxIsDamaged(ValueError):
    """The sealed value was changed, moved to another place, or its key is not at hand."""


class KeyIsMissing(BoxIsDamaged):
    """The box was sealed with a key that this keyring does not hold."""


class KeyFileIsDamaged(ValueError):
    """A key file does not hold 32 bytes."""


def place(table: str, column: str, uid: str) -> bytes:
    """The context of one value: where it stands. Rows are named by uid, for the integer id comes only at insert."""
    return b"\x1f".join(part.encode() for part in (table, column, uid))


class Keyring:
    """The keys of one installation: `keys` by number, `current` seals, all open.

    Fingerprints and chains always use the oldest key, so that a new key does not make old rows unfindable.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        if current not in keys:
            raise ValueError("The current key is not in the keyring")
        for number, key in keys.items():
            if len(key) != KEY_SIZE or not 0 < number < 2**32:
                raise KeyFileIsDamaged(f"Key {number} must hold {KEY_SIZE} bytes")
        self.current = current
        self.numbers = tuple(sorted(keys))
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._marks = {number: _derive(key, b"mark").hex()[:16] for number, key in keys.items()}
        self._oldest = keys[self.numbers[0]]
        self._chain_key = _derive(self._oldest, b"chain")
        self._fingerprint_keys: dict[str, bytes] = {}
        self._head = _HEAD.pack(_FORMAT, current)

    def __repr__(self) -> str:
        return f"Keyring(numbers={self.numbers}, current={self.current})"

    @classmethod
    def load_or_create(cls, folder: Path) -> Keyring:
        """The keys of `folder`; the first key is made where there is none. Two processes at once end up with the same.

        Raises KeyFileIsDamaged.
        """
        if not _key_files(folder):
            _write_key(folder, 1)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Keyring:
        """The keys of `folder`, the newest being current. Raises KeyIsMissing where there is none, KeyFileIsDamaged."""
        files = _key_files(folder)
        if not files:
            raise KeyIsMissing(f"{folder} holds no key")
        keys = {}
        for number, path in files.items():
            _close_to_others(path)
            keys[number] = path.read_bytes()
            if len(keys[number]) != KEY_SIZE:
                raise KeyFileIsDamaged(
                    f"密钥文件已损坏：{path}。请从备份恢复，切勿删除，否则已加密的身份证号无法解开。"
                )
        return cls(keys, max(keys))

    @classmethod
    def add_key(cls, folder: Path) -> Keyring:
        """A keyring with one more key, which seals from now on; older boxes still open."""
        _write_key(folder, max(_key_files(folder), default=0) + 1)
        return cls.load(folder)

    @property
    def marks(self) -> dict[int, str]:
        """A public mark per key. Kept in the database, it tells at start whether these are the keys of its boxes."""
        return dict(self._marks)

    def seal(self, plain: str, *, context: bytes) -> bytes:
        """`plain` in a box that opens only at `context` (see place)."""
        nonce = os.urandom(NONCE_SIZE)
        sealed = self._ciphers[self.current].encrypt(nonce, plain.encode(), self._head + context)
        return self._head + nonce + sealed

    def open_box(self, box: bytes, *, context: bytes) -> str:
        """What was sealed. Raises BoxIsDamaged where a bit or the context differs, KeyIsMissing for an unknown key."""
        number = key_number(box)
        cipher = self._ciphers.get(number)
        if cipher is None:
            raise KeyIsMissing(f"The box was sealed with key {number}, which is not at hand")
        head, body = bytes(box[: _HEAD.size]), memoryview(box)[_HEAD.size :]
        try:
            return cipher.decrypt(bytes(body[:NONCE_SIZE]), bytes(body[NONCE_SIZE:]), head + context).decode()
        except InvalidTag:
            raise BoxIsDamaged("The sealed value was changed or moved from its place") from None

    def is_current(self, box: bytes) -> bool:
        """False for a box that a job should open and seal anew because a newer key exists."""
        return key_number(box) == self.current

    def fingerprint(self, plain: str, *, purpose: str) -> str:
        """64 hex digits that are equal for equal values of one purpose and tell nothing without the key."""
        key = self._fingerprint_keys.get(purpose)
        if key is None:
            key = self._fingerprint_keys[purpose] = _derive(self._oldest, b"fingerprint|" + purpose.encode())
        return hmac.digest(key, plain.encode(), "sha256").hex()

    def sign(self, data: bytes, previous: bytes) -> bytes:
        """32 bytes: the link of a chain after the link `previous` (empty for the first)."""
        return hmac.digest(self._chain_key, len(previous).to_bytes(8, "big") + previous + data, "sha256")

    def is_signed(self, data: bytes, previous: bytes, signature: bytes) -> bool:
        """True where `signature` is the link for `data` after `previous`; compared in constant time."""
        return hmac.compare_digest(self.sign(data, previous), signature)


def key_number(box: bytes) -> int:
    """The number of the key that sealed `box`. Raises BoxIsDamaged where it is no box."""
    if len(box) < _HEAD.size + NONCE_SIZE + TAG_SIZE or box[0] != _FORMAT:
        raise BoxIsDamaged("This is not a sealed value")
    return int(_HEAD.unpack_from(box)[1])


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), KEY_SIZE, salt=b"gridledger", info=info).derive(key)


def _key_files(folder: Path) -> dict[int, Path]:
    if not folder.is_dir():
        return {}
    found = ((_KEY_FILE.match(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in found if match}


def _write_key(folder: Path, number: int) -> None:
    """Put a new key under its final name in one step; if another process was faster, its key stands."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"seal-{number:04}.key"
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        # Some network and FAT volumes know no hard links; replacing is atomic too, save that the later writer wins.
        if not path.exists():
            draft.replace(path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _close_to_others(path: Path) -> None:
    """A key copied back from a backup may have become readable to all; put that right where the system allows it."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
