"""Which contents may be attached, told from the bytes themselves: a file's name proves nothing."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 64_000_000
"""Phones take 12 to 50 million; beyond that a small file may unpack to gigabytes."""
MOST_UNPACKED_BYTES = 400 * 1024 * 1024
MOST_PARTS = 20_000
ALLOWED_TEXT = "可以上传 PDF、OFD、Word、Excel、PNG 或 JPG 图片、TXT、CSV"


class FileRefused(ValueError):
    """A file that cannot be attached; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of content: the suffix it is given, others that are as good, and its media type."""

    suffix: str
    media_type: str
    also: tuple[str, ...] = ()


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("pdf", "application/pdf")
OFD = FileKind("ofd", "application/ofd")
PNG = FileKind("png", "image/png")
JPG = FileKind("jpg", "image/jpeg", ("jpeg",))
DOCX = FileKind("docx", _OFFICE + "wordprocessingml.document")
XLSX = FileKind("xlsx", _OFFICE + "spreadsheetml.sheet")
DOC = FileKind("doc", "application/msword", ("wps",))
XLS = FileKind("xls", "application/vnd.ms-excel", ("et",))
TXT = FileKind("txt", "text/plain")
CSV = FileKind("csv", "text/csv")
KINDS = (PDF, OFD, PNG, JPG, DOCX, XLSX, DOC, XLS, TXT, CSV)

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


def is_picture(data: bytes) -> bool:
    """Whether these bytes are a picture that may be attached."""
    try:
        return kind_of(data, suffix="").media_type.startswith("image/")
    except FileRefused:
        return False


def kind_of(data: bytes, *, suffix: str) -> FileKind:
    """The kind of these bytes; `suffix` (no dot, lower case) only tells a table from a text. Raises FileRefused."""
    if not data:
        raise FileRefused("这个文件是空的，里面没有内容。请检查后重新选择。")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _image(data, PNG)
    if data.startswith(b"\xff\xd8\xff"):
        return _image(data, JPG)
    if b"%PDF-" in data[:1024]:
        if b"%%EOF" not in data[-4096:]:
            raise FileRefused("这个 PDF 不完整，可能没有下载完。请重新取得完整的文件再上传。")
        return PDF
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(b"PK\x03\x04"):
        return _zip(data)
    if data[4:12] in _HEIC:
        raise FileRefused("这是苹果手机的 HEIC 照片，很多电脑打不开。请在手机上转成 JPG，或截图后再上传。")
    return _text(data, suffix)


def _image(data: bytes, kind: FileKind) -> FileKind:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower and speaks Chinese
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                _refuse_huge(image)
                if kind is PNG:
                    image.verify()
                else:
                    # A JPEG does not say its length; decoding it at an eighth finds a missing end in little memory.
                    image.draft("RGB", (max(image.width // 8, 1), max(image.height // 8, 1)))
                    image.load()
    except FileRefused:
        raise
    except Image.DecompressionBombError as problem:
        raise FileRefused(f"图片尺寸太大。{_SMALLER}") from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise FileRefused("这张图片打不开，可能已损坏或没有传完。请重新取得原图再上传。") from problem
    return kind


_SMALLER = f"请缩小到 {MOST_PIXELS // 10_000} 万像素以内再上传。"


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise FileRefused(f"图片尺寸太大（{image.width}×{image.height} 像素）。{_SMALLER}")


def _ole(data: bytes) -> FileKind:
    # The directory of the container names its streams in UTF-16.
    if "WordDocument".encode("utf-16-le") in data:
        return DOC
    if "Workbook".encode("utf-16-le") in data or "Book\0".encode("utf-16-le") in data:
        return XLS
    raise FileRefused(f"这个文件不是 Word 或 Excel 文档，不能上传。{ALLOWED_TEXT}。")


def _zip(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as problem:
        raise FileRefused("这个文件打不开，可能已损坏或没有传完。请重新取得完整的文件再上传。") from problem
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise FileRefused("这个文件展开后大得不正常，不能上传。请用 Word 或 Excel 打开，另存一份再试。")
    names = {part.filename for part in parts}
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        raise FileRefused("这个文档里带有宏程序，不能上传。请另存为不带宏的 docx 或 xlsx 再上传。")
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
    if "OFD.xml" in names:
        return OFD
    raise FileRefused("压缩包看不出里面是什么，不能作为附件。请解压后把文件逐个上传。")


_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13} | {127}


def _text(data: bytes, suffix: str) -> FileKind:
    refused = FileRefused(f"认不出这是什么文件，不能上传。{ALLOWED_TEXT}。")
    if suffix not in ("txt", "csv") or _CONTROLS.intersection(data):
        raise refused
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return CSV if suffix == "csv" else TXT
    raise refused
