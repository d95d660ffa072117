"""Many requests side by side, for a caller that waits for one answer after the other. Knows no case files.

The requests run in an event loop of their own thread. The caller's generator drives it: it hands in what waits, looks
every moment whether somebody has called it off, and closes every stream when it ends, however it ends.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic

from httpx2 import AsyncClient

from inference.engine.decode import Bounds, Finished, Stopped
from inference.engine.script import R

from .client import Sent, Server
from .errors import TooSlow
from .stream import Written
from .too_long import TooLongForServer

_MOMENT = 0.05  # seconds between two looks whether it was called off
_OWN = (TooSlow, TooLongForServer)  # what can befall one question and not the next


@dataclass(frozen=True)
class Put(Generic[R]):
    """One request and what its answer is taken for; `key` is whatever tells it from others."""

    key: str
    sent: Sent
    result: Callable[[Written], R]


def exchange(server: Server, waiting: deque[Put[R]], bounds: Bounds) -> Iterator[Finished[R]]:
    """Every answer as soon as it is there; whoever takes them may put further requests into `waiting` meanwhile.

    Raises Stopped when the bounds were met before all were answered. What befalls one request alone is raised when
    all others are done, or when it befalls many; any other failure at once.
    """
    under_way: dict[Future[Finished[R]], str] = {}
    befallen: list[Exception] = []
    with _Loop(server, bounds.side_by_side) as loop:
        while under_way or waiting:
            if why := bounds.stopped():
                raise Stopped(why, [*under_way.values(), *(put.key for put in waiting)])
            while waiting and len(under_way) < bounds.side_by_side:
                put = waiting.popleft()
                under_way[loop.begin(put)] = put.key
            for ended in wait(under_way, timeout=_MOMENT, return_when=FIRST_COMPLETED).done:
                del under_way[ended]
                try:
                    finished = ended.result()
                except _OWN as failure:
                    befallen.append(failure)
                    if len(befallen) > bounds.side_by_side:
                        raise
                else:
                    yield finished
            bounds.between()
    if befallen:
        raise befallen[0]


class _Loop:
    """A thread with an event loop and one client; leaving it calls off what is under way."""

    def __init__(self, server: Server, connections: int) -> None:
        self._server, self._connections = server, connections
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="remote reader", daemon=True)

    def __enter__(self) -> "_Loop":
        self._thread.start()
        self._client: AsyncClient = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def begin(self, put: Put[R]) -> Future[Finished[R]]:
        """Send a request."""
        return asyncio.run_coroutine_threadsafe(self._answer(put), self._loop)

    def models(self) -> Future[list[dict[str, Any]]]:
        """Ask what is served."""
        return asyncio.run_coroutine_threadsafe(self._server.models(self._client), self._loop)

    async def _answer(self, put: Put[R]) -> Finished[R]:
        begun = time.perf_counter()
        written = await self._server.complete(self._client, put.sent)
        seconds = time.perf_counter() - begun
        return Finished(
            put.key, put.result(written), (), written.chosen, seconds, written.prompted, written.cached
        )

    async def _open(self) -> AsyncClient:
        return self._server.client(self._connections)

    async def _close(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.aclose()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


def models(server: Server) -> list[dict[str, Any]]:
    """What a server says it serves."""
    with _Loop(server, 1) as loop:
        return loop.models().result()


def one(server: Server, sent: Sent, cancelled: Callable[[], bool] = lambda: False) -> Finished[Written]:
    """One request and its answer; raises Stopped and what can go wrong with a server."""
    bounds = Bounds(side_by_side=1, cancelled=cancelled)
    (finished,) = exchange(server, deque([Put("one", sent, lambda written: written)]), bounds)
    return finished
