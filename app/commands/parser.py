"""The command line's grammar in Chinese: what argparse says in English is said here in words a clerk can act on."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any

COMPLAINTS = (
    (r"argument (?P<name>.+?): invalid choice: '?(?P<value>.*?)'? \(choose from (?P<known>.*)\)$",
     "没有“{value}”，可用的有：{known}。"),
    (r"the following arguments are required: (?P<name>.+)$", "还缺少：{name}。"),
    (r"unrecognized arguments: (?P<value>.+)$", "不认识“{value}”。"),
    (r"argument (?P<name>.+?): expected (?:one|at least one) argument$", "{name} 后面要写上内容。"),
    (r"argument (?P<name>.+?): invalid int value: '(?P<value>.*)'$", "{name}应是数字，不能是“{value}”。"),
    (r"argument (?P<name>.+?): not allowed with argument (?P<value>.+)$", "{name} 和 {value} 只能用一个。"),
    (r"argument (?P<name>.+?): ignored explicit argument '(?P<value>.*)'$", "{name} 后面不用写“{value}”。"),
)  # fmt: skip
"""Complaints of argparse (CPython 3.11 to 3.13) and ours instead."""


class Parser(argparse.ArgumentParser):
    """argparse whose complaint and help are Chinese, whose options cannot be shortened, and whose exit is 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, allow_abbrev=False)
        self._positionals.title, self._optionals.title = "要写的", "可选的"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> None:  # type: ignore[override]
        sys.stderr.write(f"用法不对：{complaint(message)}\n{self.format_usage()}")
        raise SystemExit(2)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "用法：", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：", 1)


def complaint(message: str) -> str:
    """What argparse found wrong, in Chinese; where it is none of the known complaints, a general sentence."""
    for pattern, words in COMPLAINTS:
        found = re.match(pattern, message)
        if found:
            parts = {name: text.replace("'", "") for name, text in found.groupdict().items()}
            return words.format(**parts).replace(", ", "、")
    return "写法看不懂，请对照下面这一行。"
