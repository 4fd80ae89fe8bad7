"""The shapes that parts of an address may have; whatever does not fit is unknown, not an error."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

PART = r"[A-Za-z0-9_][A-Za-z0-9._~-]*"


class SlugConverter(BaseConverter):
    """Take one part of an address: letters, digits and . _ ~ - with neither a dot nor a dash at the beginning."""

    regex = PART


class ThingConverter(BaseConverter):
    """Take the parts that name a thing, with single slashes between them; no dot segments, no percent escapes left."""

    part_isolating = False
    regex = f"{PART}(?:/{PART})*"


def init_app(app: Flask) -> None:
    """Make the converters known."""
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["thing"] = ThingConverter
