"""Storage at a distance: a door to Azurite behind which every answer takes longer, as from a data centre.

Azurite answers within a few milliseconds, but on the very processors that the service runs on. A storage account is
further away and has its own. `python -m local.bench.distance PORT SECONDS` serves such a door and says where it is.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from local.machine.doors import HERE
from local.machine.places import ROOT

CHUNK = 65_536
_ENDPOINT = re.compile(r"(Table|Queue)Endpoint=(http://[^;/]+)")


@contextmanager
def at_a_distance(connection: str, seconds: float) -> Iterator[str]:
    """The connection string of the same storage, *seconds* away."""
    with_doors = connection
    doors: list[subprocess.Popen[str]] = []
    try:
        for service, address in _ENDPOINT.findall(connection):
            command = [sys.executable, "-m", "local.bench.distance", str(urlsplit(address).port), str(seconds)]
            door = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            doors.append(door)
            assert door.stdout is not None
            behind = door.stdout.readline().strip()
            with_doors = with_doors.replace(f"{service}Endpoint={address}", f"{service}Endpoint=http://{HERE}:{behind}")
        yield with_doors
    finally:
        for door in doors:
            door.terminate()
            door.wait()


async def serve(port: int, seconds: float) -> None:
    """Pass everything on; what comes back is held up, in its order, without holding up what comes behind it."""
    loop = asyncio.get_running_loop()

    async def back(answers: asyncio.StreamReader, caller: asyncio.StreamWriter) -> None:
        while chunk := await answers.read(CHUNK):
            loop.call_later(seconds, caller.write, chunk)
        loop.call_later(seconds, caller.close)

    async def visit(caller: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        answers, storage = await asyncio.open_connection(HERE, port)
        returning = asyncio.create_task(back(answers, to_caller))
        while chunk := await caller.read(CHUNK):
            storage.write(chunk)
        storage.close()
        await returning

    server = await asyncio.start_server(visit, HERE, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
