"""Start here: `python run.py` serves; with a word after it, does that one thing (`python run.py --help`)."""

from __future__ import annotations

import gc
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must be told so in words
    raise SystemExit("需要 Python 3.11 或更新的版本，请先升级 Python。")

if __name__ == "__main__":
    gc.disable()  # what is imported stays: looking through it again and again takes a tenth of the start
    try:
        from app.commands import main
    except ModuleNotFoundError as missing:
        raise SystemExit(f"缺少程序包 {missing.name}。请先运行：pip install -r requirements.txt") from None
    gc.freeze()
    gc.enable()
    raise SystemExit(main(sys.argv[1:]))
