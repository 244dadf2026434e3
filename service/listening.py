"""Listening with several worker processes: each has a socket of its own on the one port, and Linux spreads callers.

A socket that all workers share is emptied by whichever wakes first, so that a few connections that stay open, as a
reverse proxy's do, may all end at one worker while the others idle. Elsewhere than on Linux, `SO_REUSEPORT` means
something else, and the socket is shared.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CAN_SPREAD = sys.platform == "linux"


@contextmanager
def reserved_port(host: str, port: int) -> Iterator[int]:
    """Hold a port for workers that come and go, and yield it; 0 picks a free one. `OSError` where it is taken."""
    with socket.socket(_family(host)) as trial:  # anything listening there, another service of ours too
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((host, port))
    with own_listener(host, port) as held:
        yield int(held.getsockname()[1])


def own_listener(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to a port beside others; it does not listen yet. Raises `OSError`.

    It names its protocol: only then does asyncio send at once what is written to a connection. Otherwise the body of
    an answer waits until its head is acknowledged, which a client that keeps connections open puts off for 40 ms.
    """
    found = socket.socket(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind((host, port))
    return found


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
