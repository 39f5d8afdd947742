"""A small server that shows every template with invented data: `python -m tests.face.gallery`."""

import secrets
from pathlib import Path

from flask import Flask, Response, abort, g, jsonify, redirect, render_template, request
from flask_babel import Babel

from app.lowcode import drawing
from tests.face.samples import SCREENS

APP = Path(__file__).resolve().parents[2] / "app"


def create_gallery() -> Flask:
    """The templates under the same content security policy as the product, with nothing behind them."""
    app = Flask(__name__, template_folder=str(APP / "templates"), static_folder=str(APP / "static"))
    Babel(app, locale_selector=lambda: "zh")
    drawing.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "invented-token"

    def csp_nonce() -> str:
        if "nonce" not in g:
            g.nonce = secrets.token_urlsafe(16)
        return g.nonce

    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def policy(response: Response) -> Response:
        nonce = f"'nonce-{csp_nonce()}'"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' {nonce}; style-src 'self' {nonce}; img-src 'self' data:; "
            "object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
        )
        return response

    @app.get("/choices")
    def choices() -> Response:
        asked = request.args.get("q", "")
        names = ("晨光社区第一网格", "晨光社区第二网格", "柳岸社区第一网格", "安字社区商贸网格", "永康社区第三网格")
        found = [
            {"id": str(n), "text": name, "hint": "乾安县 宇宙街道"} for n, name in enumerate(names) if asked in name
        ]
        return jsonify(results=found)

    @app.get("/progress")
    def progress() -> Response:
        return jsonify(done=48, total=65, text="正在写入", left_text="大约还要 2 秒", is_finished=False, next_url="")

    @app.get("/")
    def contents() -> str:
        return "".join(f'<p><a href="/{name}">{name}</a></p>' for name in SCREENS)

    @app.get("/<path:name>")
    def screen(name: str) -> str:
        if name not in SCREENS:
            abort(404)
        template, page, frame = SCREENS[name]
        return render_template(template, page=page, frame=frame)

    @app.post("/<path:name>")
    def posted(name: str) -> Response:
        app.config.setdefault("POSTED", []).append((name, request.form.to_dict(flat=False)))
        return redirect("/list")

    return app


if __name__ == "__main__":
    create_gallery().run(port=8771)
