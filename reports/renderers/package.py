"""Office files are ZIP archives: written again with fixed times and order, so that equal papers are equal bytes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP archive can name."""


def packed(parts: dict[str, bytes | str]) -> bytes:
    """An archive of `parts` by name, in the order given."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = ZipInfo(name, EPOCH)
            info.compress_type = ZIP_DEFLATED
            # Without these two the bytes would tell which system wrote the file.
            info.create_system = 0
            info.external_attr = 0
            archive.writestr(info, content)
    return file.getvalue()


def repacked(data: bytes) -> bytes:
    """The archive `data` with its parts in their order and nothing in it that depends on time or machine."""
    with ZipFile(BytesIO(data)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()})
