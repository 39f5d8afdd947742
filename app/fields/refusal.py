"""The one way a value is turned down, in words a clerk can act on."""

from __future__ import annotations


class Refused(ValueError):
    """A value that cannot be taken.

    `message` is one or two Chinese sentences: what is wrong, why, what to do. It never repeats personal data, because
    it is also written into error workbooks and logs, and never names the column: the caller puts that before it
    (第 7 行 身份证号：第 18 位校验不对…). `code` is a stable English key for programs and tests.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
