"""The far sides of ``dead_channel``, a process of its own: a bot and a mail server that answer, and one that does not.

``python -m benchmarks.far_sides``. The first line of output says the ports; each line of input is answered with what the
bot was sent since: its key and the link in the message -> when it came.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

LINK = re.compile(rb"/v1/tasks/([0-9a-f-]{36})")
KEY = re.compile(rb"(?:access_token|key)=([0-9a-zA-Z-]+)")
came: dict[str, list[float]] = {}


async def bot(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers every message as chat platforms do."""
    answer = b'{"errcode": 0, "errmsg": "ok"}'
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            key, link = KEY.search(head), LINK.search(body)
            if key and link:
                came.setdefault(f"{key[1].decode()} {link[1].decode()}", []).append(time.time())
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            )
            writer.write(answer)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A mail server that takes everything."""
    replies = {b"EHLO": b"250 bench", b"DATA": b"354 go on", b"QUIT": b"221 bye"}
    try:
        writer.write(b"220 bench ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(replies.get(verb, b"250 ok") + b"\r\n")
            if verb == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 queued\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts, takes what it is sent, and never says a word."""
    try:
        while await reader.read(65536):
            pass
    except ConnectionError:
        pass
    writer.close()


async def main() -> None:
    ports = {}
    for name, serve in (("bot", bot), ("mail", mail), ("silent", silent)):
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=256)
        ports[name] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    while await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        print(json.dumps(came), flush=True)
        came.clear()


if __name__ == "__main__":
    asyncio.run(main())
