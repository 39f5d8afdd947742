"""Workbooks whose durations overflow: the fast reader (python-calamine 0.9) gives up a sheet over one such cell."""

from __future__ import annotations

import io
import re
import zipfile

_STYLES = "xl/styles.xml"
_CODE = re.compile(rb'(formatCode=")([^"]*\[(?:h+|m+|s+)\][^"]*)(")', re.IGNORECASE)
_BUILT_IN = re.compile(rb'(numFmtId=")46(")')


def without_durations(data: bytes) -> bytes:
    """The .xlsx workbook with durations ([h]:mm) formatted as plain numbers; nothing else changes.

    A column of ID numbers or telephones painted with such a format holds numbers far beyond what is a time.
    """
    copy = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for part in package.infolist():
            content = package.read(part)
            if part.filename == _STYLES:
                content = _BUILT_IN.sub(rb"\g<1>0\g<2>", _CODE.sub(rb"\g<1>General\g<3>", content))
            target.writestr(part.filename, content)
    return copy.getvalue()
