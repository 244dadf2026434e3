"""Sockets of worker processes: several on a port, and no answer that waits for an acknowledgement."""

import asyncio
import socket

import pytest

from service.listening import CAN_SPREAD, own_listener, reserved_port

pytestmark = pytest.mark.skipif(not CAN_SPREAD, reason="each worker has a socket of its own on Linux only")


def test_several_listen_on_a_port_that_is_theirs():
    with (
        reserved_port("127.0.0.1", 0) as port,
        own_listener("127.0.0.1", port) as one,
        own_listener("127.0.0.1", port) as other,
    ):
        one.listen()
        other.listen()
        with pytest.raises(OSError, match="in use"), reserved_port("127.0.0.1", port):
            pass


def test_what_is_written_to_a_connection_is_sent_at_once():
    seen: list[int] = []

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async def connect() -> None:
        with reserved_port("127.0.0.1", 0) as port:
            server = await asyncio.start_server(accepted, sock=own_listener("127.0.0.1", port))
            async with server:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                await reader.read()
                writer.close()

    asyncio.run(connect())
    assert seen
    assert seen[0] != 0
