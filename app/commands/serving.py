"""serve and worker."""

from __future__ import annotations

import argparse
import errno
import gc
import signal
import sys
import threading
from typing import Any

from flask import Flask
from waitress.server import create_server

from app.commands import setup
from app.jobs.worker import run_worker
from config import read_settings

THREADS = 8


def add(commands: Any) -> None:
    """The two commands."""
    serve_ = commands.add_parser("serve", help="启动服务（默认）；第一次会自动建库、建账号、装演示街道")
    serve_.set_defaults(run=serve)
    worker_ = commands.add_parser("worker", help="只跑后台任务")
    worker_.set_defaults(run=worker)


def serve(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Serve until told to stop; jobs run in a thread beside, unless WORKER_IN_SERVER=0."""
    is_first = setup.prepare(app)
    settings = read_settings()
    host, port = settings["HOST"], int(settings["PORT"])
    try:
        server = create_server(
            app, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as fault:
        sys.stderr.write(_cannot_listen(fault, host, port))
        return 1
    stopping = threading.Event()
    helper = None
    if settings["WORKER_IN_SERVER"] == "1":
        helper = threading.Thread(target=run_worker, args=(app, stopping), name="worker", daemon=True)
        helper.start()

    def stop(_number: int, _frame: Any) -> None:
        # waitress drops open requests on SIGTERM by itself; raising here lets it finish them.
        stopping.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    _greet(app, host, port, is_first=is_first)
    _set_aside_what_stays()
    try:
        server.run()
    finally:
        stopping.set()
        server.close()
        if helper is not None:
            helper.join(timeout=10)
    return 0


def _set_aside_what_stays() -> None:
    """Classes, routes and templates live as long as the process: the collector need not look through them again.

    A full collection costs 0.2 s at this size, and would fall on whoever's request it happens to be.
    """
    gc.collect()
    gc.freeze()


def _cannot_listen(fault: OSError, host: str, port: int) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用。请关掉占用它的程序，或换一个端口：PORT=8081 python run.py\n"
    if fault.errno == errno.EACCES:
        return f"这个账号不能使用端口 {port}。请换一个大于 1024 的端口：PORT=8081 python run.py\n"
    return f"不能在 {host} 上启动。请核对设置 HOST：只在本机用写 127.0.0.1，给同事用写 0.0.0.0。\n"


def _greet(app: Flask, host: str, port: int, *, is_first: bool) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only shown
    lines = ["", f"网格台账已启动：http://{shown}:{port}/", "用浏览器打开上面的地址。按 Ctrl+C 停止。"]
    note = app.config["DATA_DIR"] / setup.SIGN_IN_FILE
    if note.exists():
        lines.append(f"各岗位的账号和密码在：{note}")
        if is_first:
            lines += ["", note.read_text(encoding="utf-8")]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def worker(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Run jobs until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    sys.stdout.write("后台任务已启动，按 Ctrl+C 停止。\n")
    sys.stdout.flush()
    run_worker(app, stopping)
    return 0
