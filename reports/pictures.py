"""Pictures that people give: which kinds may be printed, and how large they may be."""

from __future__ import annotations

import io
import warnings
from typing import Final, Literal

from PIL import Image

MOST_PIXELS: Final = 50_000_000
"""About what a good telephone takes; a small file can unfold to gigabytes beyond that."""

PictureKind = Literal["PNG", "JPEG"]


def measured(data: bytes) -> tuple[PictureKind, int, int]:
    """Kind, width and height in pixels, read from the head before anything is unfolded.

    Raises ValueError in plain words for what is neither PNG nor JPEG, is damaged, or is too large.
    """
    try:
        with warnings.catch_warnings():
            # Our own limit speaks, in words, before Pillow's.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                kind, (width, height) = image.format, image.size
                if kind not in ("PNG", "JPEG"):
                    raise ValueError("图片只能是 PNG 或 JPEG")
                if width * height > MOST_PIXELS:
                    raise ValueError(_too_large(f"{width}×{height}"))
                image.load()
                return kind, width, height  # type: ignore[return-value]
    except Image.DecompressionBombError as bomb:
        raise ValueError(_too_large("")) from bomb
    except (OSError, SyntaxError) as damaged:
        raise ValueError("图片打不开，请换一张完好的 PNG 或 JPEG 图片") from damaged


def _too_large(size: str) -> str:
    shown = f"（{size}像素）" if size else ""
    return f"图片太大{shown}，最多 {MOST_PIXELS // 10_000} 万像素，请缩小后再用"
