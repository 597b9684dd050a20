"""Redis as a bell between processes: it says *read the log*, never what is in it."""

import logging
import threading
import time
from collections.abc import Callable

import redis

logger = logging.getLogger("huxue.bell")

CHANNEL = "huxue:log"
TIME_OUT_S = 1.0
RETRY_S = 1.0


class Bell:
    """Rings the other processes after a commit. Its loss costs each of them a second at most."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._to_ring = threading.Event()

    def ring(self) -> None:
        """Ask the ringing task to ring; never waits for Redis."""
        self._to_ring.set()

    def ring_forever(self) -> None:
        """Ring whenever asked; a Redis that is down or hangs is tried again each second."""
        client = self._client()
        while True:
            self._to_ring.wait()
            self._to_ring.clear()
            try:
                client.publish(CHANNEL, b"1")
            except redis.RedisError as failure:
                logger.warning("bell cannot ring: %s", type(failure).__name__)
                time.sleep(RETRY_S)

    def listen_forever(self, heard: Callable[[], None]) -> None:
        """Call ``heard`` whenever another process rang."""
        while True:
            try:
                with self._client().pubsub(ignore_subscribe_messages=True) as listener:
                    listener.subscribe(CHANNEL)
                    while True:
                        if listener.get_message(timeout=5.0) is not None:
                            heard()
            except redis.RedisError as failure:
                logger.warning("bell is not heard: %s", type(failure).__name__)
                time.sleep(RETRY_S)

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(
            self._url, socket_timeout=TIME_OUT_S + 5, socket_connect_timeout=TIME_OUT_S
        )
