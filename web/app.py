"""How is the web application put together? `create_app` wires page, endpoint, errors and headers; nothing is global."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, current_app, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from index.settings import index_folder
from search.errors import SearchError
from search.searcher import Searcher

from . import logs
from .api import api
from .canonical import with_canonical
from .compression import compressed
from .cors import allow_origin
from .discovery import discovery
from .embedding import embedding
from .feed import feed
from .gate import EXTENSION, Gate
from .limits import Limits, refuse_large_bodies
from .links import IdConverter
from .openapi import openapi
from .pages import pages
from .problems import is_machine_path, problem_of
from .rendering import error_page
from .settings import Settings, settings_of
from .speaker_pages import speaker_pages

if TYPE_CHECKING:
    from .metrics import Metrics

STATIC_SECONDS = 365 * 24 * 3600
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(
    searcher: Searcher | None = None,
    *,
    index: str | Path | None = None,
    settings: Settings | None = None,
    metrics: Metrics | None = None,
) -> Flask:
    """The application over an open `searcher`, or over the index in a folder, opened at the first question.

    Without either the folder is `MOLVA_INDEX`, by default `molva-index`. While there is no index there, pages and
    endpoint answer 503; they recover by themselves once it appears. `settings`: those of the environment where none are
    given (raises SettingError); `metrics` counts what is answered.
    """
    app = Flask(__name__)
    app.session_interface = _NoSessions()
    folder = index_folder(index)
    settings = settings_of() if settings is None else settings
    app.extensions[EXTENSION] = Gate(searcher, folder, settings, metrics)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    # An id may hold "//" or "/../": it is an id, not a path to tidy.
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (api, openapi, feed, discovery, pages, embedding, speaker_pages):
        app.register_blueprint(blueprint)
    app.register_error_handler(SearchError, _answer_error)
    app.register_error_handler(HTTPException, _answer_error)
    _around_requests(app, settings, metrics)
    _version_static_files(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    return app


def _around_requests(app: Flask, settings: Settings, metrics: Metrics | None) -> None:
    """What is done before each request, and to each answer, in this order."""
    limits = Limits(settings.requests_a_minute)

    def before() -> None:
        logs.begin()
        limits.check()
        refuse_large_bodies()

    def after(response: Response) -> Response:
        response = with_canonical(_secure(response))
        response = compressed(allow_origin(response, settings.cors_origins))
        logs.note_access(response, queries=settings.log_queries)
        if metrics is not None:
            metrics.answered(request.url_rule.rule if request.url_rule else None, response.status_code, logs.seconds())
        return logs.named(response)

    app.before_request(before)
    app.after_request(after)


def _answer_error(error: Exception) -> Response:
    """A problem for programs, a page for people."""
    if isinstance(error, SearchError) and problem_of(error).status_code >= 500:
        current_app.logger.warning("%s %s: %s: %s", request.method, request.path, type(error).__name__, error)
    return problem_of(error) if is_machine_path(request.path) else error_page(error)


def _secure(response: Response) -> Response:
    """The answer with what it does not say otherwise itself."""
    for name, value in SECURITY_HEADERS.items():
        if name not in response.headers:
            response.headers.add(name, value)
    return response


class _NoSessions(SessionInterface):
    """Nothing is remembered of a client: no cookie is read or set."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """The same for everybody."""
        return self._nobody

    def save_session(self, app: Flask, session: object, response: Response) -> None:
        """Nowhere."""

    _nobody = NullSession()


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
