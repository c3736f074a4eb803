"""Who may compute next, so that one peer does not keep the others waiting.

Four places, a peer may hold two: one that sends ten long requests has two of them computed at a time, and whoever
else comes in finds a place free. Among those who wait, the peer with the fewest places goes first.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque


class Turns:
    """Places to compute, shared out among peers."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.share = max(1, places // 2)
        self.running: Counter[str] = Counter()
        self.waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def acquire(self, peer: str) -> None:
        """Wait for a place."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(peer, deque()).append(turn)
        self._next()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(peer)
            raise

    def release(self, peer: str) -> None:
        """Give a place back."""
        self.running[peer] -= 1
        if not self.running[peer]:
            del self.running[peer]
        self._next()

    def _next(self) -> None:
        while self.running.total() < self.places:
            ready = [peer for peer in self.waiting if self.running[peer] < self.share]
            if not ready:
                return
            peer = min(ready, key=lambda one: self.running[one])
            queue = self.waiting.pop(peer)
            turn = queue.popleft()
            if queue:
                self.waiting[peer] = queue  # behind the others
            if not turn.done():
                self.running[peer] += 1
                turn.set_result(None)
