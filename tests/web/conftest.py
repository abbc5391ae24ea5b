"""The application over an invented newspaper. Only `searcher` knows of the naive engine: another can take its place."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.searcher import Searcher
from web import create_app

from .newspaper import NaiveSearcher, articles


@pytest.fixture
def searcher() -> Searcher:
    return NaiveSearcher(articles())


@pytest.fixture
def app(searcher: Searcher) -> Flask:
    return create_app(searcher)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
