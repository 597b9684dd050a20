"""Wake-ups between processes over Redis: one says *read the log*, never what is in it."""

import logging
import threading
import time
from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry

logger = logging.getLogger("huxue.wakeup")

CHANNEL = "huxue:log"
TIME_OUT_S = 1.0
RETRY_S = 1.0
# A line on which nothing came for so long, though it was asked for a sign, is another process's no more.
PING_EVERY_S = 2.0
SILENT_S = 5.0


class RedisWakeup:
    """Wakes the other processes after a commit. Its loss costs each of them a second at most."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wanted = threading.Event()

    def notify(self) -> None:
        """Ask the publishing task to wake the others; never waits for Redis."""
        self._wanted.set()

    def publish_forever(self) -> None:
        """Publish whenever asked; a Redis that is down or hangs is tried again each second."""
        client = self._client()
        well = True
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                client.publish(CHANNEL, b"1")
                well = True
            except redis.RedisError as failure:
                well = _complain("cannot publish", failure, after=well)
                time.sleep(RETRY_S)

    def listen_forever(self, heard: Callable[[], None]) -> None:
        """Call ``heard`` whenever another process published, and after each silence: it may have done so then."""
        well = True
        while True:
            try:
                with self._client().pubsub(ignore_subscribe_messages=True) as line:
                    line.subscribe(CHANNEL)
                    heard()
                    well = True
                    _listen(line, heard)
            except redis.RedisError as failure:
                well = _complain("not subscribed", failure, after=well)
                time.sleep(RETRY_S)

    def _client(self) -> redis.Redis:
        # Without retries of its own, whose pauses grow to ten seconds: we come back each second.
        return redis.Redis.from_url(
            self._url,
            socket_timeout=TIME_OUT_S,
            socket_connect_timeout=TIME_OUT_S,
            retry=Retry(NoBackoff(), 0),
        )


def _listen(line: PubSub, heard: Callable[[], None]) -> None:
    """Hear the bell until the line is silent; raises ``redis.ConnectionError`` then.

    A line that was cut, or whose Redis was started again behind a cut, stays open and silent for ever.
    """
    last_sign = asked = time.monotonic()
    while True:
        message = line.get_message(timeout=PING_EVERY_S)
        now = time.monotonic()
        if message is not None:
            last_sign = now
            if message["type"] == "message":
                heard()
        elif now - last_sign > SILENT_S:
            raise redis.ConnectionError("silent")
        if now - asked >= PING_EVERY_S:
            asked = now
            line.ping()


def _complain(what: str, failure: redis.RedisError, *, after: bool) -> bool:
    """Say once, not each second, that something does not work; gives ``False``: it does not."""
    if after:
        logger.warning("%s: %s", what, type(failure).__name__)
    return False
