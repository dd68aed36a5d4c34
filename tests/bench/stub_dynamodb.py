"""A DynamoDB that answers every Query with bytes made beforehand: `python stub_dynamodb.py PAGE [PAGE]`.

A Query without `ExclusiveStartKey` gets the first page, one with it the last. It prints its port. It does
nothing else, so that what is measured against it is the client.
"""

from __future__ import annotations

import asyncio
import sys
import zlib
from pathlib import Path


def response(body: bytes) -> bytes:
    """Return a whole HTTP response, with the headers that DynamoDB sends."""
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\n"
        "x-amzn-RequestId: 0123456789ABCDEF0123456789ABCDEF\r\n"
        f"x-amz-crc32: {zlib.crc32(body)}\r\n\r\n"
    )
    return head.encode() + body


PAGES = [response(Path(name).read_bytes()) for name in sys.argv[1:]]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            writer.write(PAGES[-1 if b"ExclusiveStartKey" in body else 0])
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionResetError):
        writer.close()


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
