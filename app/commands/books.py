"""`books check FILE`: what the checker of rule books says about a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from app.points.books.checking import findings
from app.points.books.files import read_book_file


def add(commands: Any) -> None:
    """The command with its options."""
    parser = commands.add_parser("books", help="核对积分细则文件")
    parser.add_argument("action", choices=["check"], metavar="check", help="核对一个文件")
    parser.add_argument("file", metavar="文件", help="积分细则（Excel 或 YAML）")
    parser.set_defaults(run=check)


def check(options: argparse.Namespace, _app: Flask) -> int:
    """Print every finding; 1 where something must be mended before the book may be used."""
    path = Path(options.file)
    book = read_book_file(path.read_bytes(), source=path.name)
    found = findings(book)
    for finding in found:
        sys.stdout.write(f"{'要改' if finding.is_fault else '请看'}　{finding.text}\n")
    count = sum(1 for _ in book.rules())
    must = sum(finding.is_fault for finding in found)
    sys.stdout.write(f"《{book.name}》{count} 条规则，要改 {must} 处，请看 {len(found) - must} 处。\n")
    return 1 if must else 0
