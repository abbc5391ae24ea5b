"""The web side of Molva: the page for people and the endpoint for programs, one Flask application."""

from .app import create_app

__all__ = ["create_app"]
