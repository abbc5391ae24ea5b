"""How do we talk to an OpenSearch cluster? By its own client, with errors that say what to do."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .errors import ClusterError, NoIndexError, SettingsError
from .opensearch_settings import OpenSearchSettings

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

RETRIES: Final = 4  # of one request, each time to another node
_BUSY: Final = (429, 502, 503, 504)
_SAID: Final = 300  # characters of what the cluster says


def connect(settings: OpenSearchSettings, *, timeout: float | None = None) -> OpenSearch:
    """A client, which asks another node where one does not answer. Nothing is sent yet.

    Raises SettingsError where the client is not installed.
    """
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise SettingsError(
            "MOLVA_ENGINE=opensearch needs the client of OpenSearch; install it with: pip install 'molva[opensearch]'"
        ) from error
    # It warns of every node that does not answer; what comes of that in the end is raised, and told once.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    known: dict[str, Any] = {}
    if settings.api_key is not None:
        known["headers"] = {"Authorization": f"ApiKey {settings.api_key}"}
    elif settings.user is not None and settings.password is not None:
        pair = f"{settings.user}:{settings.password}".encode()  # the client itself takes Latin letters only
        known["headers"] = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    if settings.ca is not None:
        known["ca_certs"] = settings.ca
    if settings.urls[0].startswith("https://"):
        known |= {"use_ssl": True, "verify_certs": True}
    return OpenSearch(
        hosts=list(settings.urls),
        timeout=timeout or settings.timeout,
        max_retries=RETRIES,
        retry_on_timeout=True,
        retry_on_status=(502, 503, 504),
        http_compress=True,
        **known,
    )


def make_index(client: Any, index: str, body: dict[str, Any]) -> None:
    """Make an index, unless another process has just done it. Errors are the client's own."""
    from opensearchpy.exceptions import RequestError

    try:
        client.indices.create(index=index, body=body)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


@contextlib.contextmanager
def reported(settings: OpenSearchSettings) -> Iterator[None]:
    """Errors of the client as ours. Raises ClusterError, NoIndexError."""
    from opensearchpy.exceptions import ConnectionError as NotReached
    from opensearchpy.exceptions import OpenSearchException, SSLError, TransportError

    try:
        yield
    except SSLError as error:
        raise ClusterError(
            f"{settings.where}: TLS failed ({said(error)}); MOLVA_OPENSEARCH_CA names the file of its authority"
        ) from error
    except NotReached as error:
        hint = " (is it https://?)" if settings.urls[0].startswith("http://") and _broken(error) else ""
        raise ClusterError(
            f"{settings.where}: no node of the cluster answers ({said(error)}); nothing was lost: run again when it "
            f"does, or mend MOLVA_OPENSEARCH_URL{hint}"
        ) from error
    except TransportError as error:
        raise _refused(settings, error) from error
    except OpenSearchException as error:
        raise ClusterError(f"{settings.where}: {said(error)}") from error


def _refused(settings: OpenSearchSettings, error: Any) -> ClusterError | NoIndexError:
    status, reason = error.status_code, said(error)
    if status in (401, 403):
        return ClusterError(
            f"{settings.where}: the cluster refuses us ({status}: {reason}); look at MOLVA_OPENSEARCH_USER and "
            "_PASSWORD, or _API_KEY, and at what they may do"
        )
    if status == 404 and "index_not_found" in str(error.error):
        return NoIndexError(f"{settings.where}: {reason}; make the index with: molva index PATH…")
    if status in _BUSY or "no_shard_available" in reason or "search_phase" in reason:
        return ClusterError(
            f"{settings.where}: the cluster is overloaded or lacks shards ({status}: {reason}); nothing was lost: run "
            "again when its health is better (GET /_cluster/health)"
        )
    return ClusterError(f"{settings.where}: the cluster refuses ({status}: {reason})")


def _broken(error: Any) -> bool:
    """Whether somebody is there and ends the connection, as one does who waits for TLS."""
    return any(told in str(error) for told in ("Connection aborted", "RemoteDisconnected", "BadStatusLine"))


def said(error: Any) -> str:
    """What went wrong in a few words: never what was sent."""
    info = getattr(error, "info", None)
    if isinstance(info, dict) and isinstance(info.get("error"), dict):
        told = info["error"]
        cause = (told.get("root_cause") or [told])[0]
        return f"{cause.get('type')}: {cause.get('reason')}"[:_SAID]
    return " ".join(str(info or getattr(error, "error", error)).split())[:_SAID]
