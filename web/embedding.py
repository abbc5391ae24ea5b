"""How does somebody put this search on a site of their own? `/embed.js` defines `<molva-search>`; `/embed` shows it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, current_app, url_for

from .caching import content_tag, fresh_or_unchanged
from .gate import public
from .rendering import render

embedding = Blueprint("embedding", __name__)

SCRIPT_SECONDS = 3600  # the address has no version: sites keep it in their pages for years


@embedding.get("/embed.js")
def script() -> Response:
    """The custom element, for pages of any origin."""
    body = (Path(current_app.static_folder or "") / "embed.js").read_bytes()
    answer = Response(body, content_type="text/javascript; charset=utf-8")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer = fresh_or_unchanged(answer, hashlib.blake2b(body, digest_size=12).hexdigest(), weak=False)
    answer.headers["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    return answer


@embedding.get("/embed")
def page() -> Response:
    """What to paste, and what comes of it."""
    source = public(url_for("embedding.script"))
    code = f'<script src="{source}" async></script>\n<molva-search limit="5"></molva-search>'
    answer = render("embed.html", code=code)
    return fresh_or_unchanged(answer, content_tag(answer.get_data()), weak=False)
