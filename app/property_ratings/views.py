"""What the ratings add to other rooms: their paper and their part of the demonstration."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder

from app.property_ratings import demo, papers, rectifying


def install(_app: Flask, _appbuilder: AppBuilder) -> None:
    """Register both by name; again changes nothing."""
    papers.install()
    rectifying.install()
    demo.install()
