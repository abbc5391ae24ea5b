"""python -m tests.opensearch: fetch what the tests on a real cluster need. With --stay: start a cluster, say where it
is, and keep it until Ctrl-C.
"""

from __future__ import annotations

import contextlib
import sys
import time

from .cluster import running
from .jars import fetch


def main() -> None:
    print(fetch())
    if "--stay" in sys.argv:
        with running() as cluster:
            print(f"MOLVA_ENGINE=opensearch MOLVA_OPENSEARCH_URL={cluster.url}", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    time.sleep(3600)


if __name__ == "__main__":
    main()
