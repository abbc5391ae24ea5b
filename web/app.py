"""How is the web application put together? `create_app` wires page, endpoint, errors and headers; nothing is global."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from index.settings import index_folder
from search.errors import SearchError
from search.searcher import Searcher

from .api import api
from .gate import EXTENSION, Gate
from .links import IdConverter
from .pages import error_page, pages
from .problems import is_machine_path, problem_of
from .speaker_pages import speaker_pages

STATIC_SECONDS = 365 * 24 * 3600
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(searcher: Searcher | None = None, *, index: str | Path | None = None) -> Flask:
    """The application over an open `searcher`, or over the index in a folder, opened at the first question.

    Without either the folder is `MOLVA_INDEX`, by default `molva-index`. While there is no index there, pages and
    endpoint answer 503; they recover by themselves once it appears.
    """
    app = Flask(__name__)
    folder = index_folder(index)
    app.extensions[EXTENSION] = Gate(searcher, folder)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    # An id may hold "//" or "/../": it is an id, not a path to tidy.
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.register_blueprint(speaker_pages)
    app.register_error_handler(SearchError, _answer_error)
    app.register_error_handler(HTTPException, _answer_error)
    app.after_request(_secure)
    _version_static_files(app)
    return app


def _answer_error(error: Exception) -> Response:
    """A problem for programs, a page for people."""
    if isinstance(error, SearchError) and problem_of(error).status_code >= 500:
        current_app.logger.warning("%s %s: %s: %s", request.method, request.path, type(error).__name__, error)
    return problem_of(error) if is_machine_path(request.path) else error_page(error)


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    return response


def _version_static_files(app: Flask) -> None:
    """A hash of its bytes in each static file's URL: such a URL may be kept for a year."""
    folder = Path(app.static_folder or "")
    hashes = {
        str(path.relative_to(folder)): hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
        for path in folder.glob("*")
    }

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and values.get("filename") in hashes:
            values["v"] = hashes[str(values["filename"])]
