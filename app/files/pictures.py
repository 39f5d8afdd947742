"""Attached photos made small for a page: no more pixels than it shows, and nothing the camera wrote beside them."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

LONGEST_SIDE, QUALITY = 360, 80
MEDIA_TYPE = "image/jpeg"


def reduced(path: Path) -> bytes:
    """A JPEG whose longer side has at most LONGEST_SIDE pixels, turned as the camera was held, without place or time.

    The file was checked when it was attached (app.files.kinds); raises OSError where it is damaged since.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit was asked when it came in
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            # A JPEG is decoded at a fraction of its size where that suffices.
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            small = ImageOps.exif_transpose(image)
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            kept = io.BytesIO()
            small.convert("RGB").save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
