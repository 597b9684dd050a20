"""Has clips looked through by a process of their own, one at a time, and waits for what it says."""

import tempfile
import threading
from dataclasses import dataclass
from typing import IO

from server.core.files.apart import Died, NoProcess, apart
from server.core.files.clips import MP4, WEBM, BadClip, Clip
from server.core.files.clips.said import GOOD, SAID
from server.core.files.places import Busy, Places

WAITS_S = 20.0
CHILD = "server.core.files.clips.child"
# Clips that are under way in a process, on the disk.
AT_ONCE = 8
OF_ONE_AT_ONCE = 2
READ_AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Checked:
    """A clip in an open file, with what it gave away blanked: its length, and the SHA-256 of it as it is now."""

    clip: Clip
    bytes: int
    sha256: str


class ClipChecker:
    """Looks through clips."""

    def __init__(self) -> None:
        self._turn = threading.Semaphore(1)
        # Held by whoever plays one: a bucket lets few read at a time.
        self.reading = threading.BoundedSemaphore(READ_AT_ONCE)
        self.places = Places(AT_ONCE, OF_ONE_AT_ONCE)

    def check(self, file: IO[bytes]) -> Checked:
        """Look through a clip and blank it in place. Raises ``BadClip``, ``Busy``."""
        file.flush()
        length = file.seek(0, 2)
        file.seek(0)
        if not self._turn.acquire(timeout=WAITS_S):
            raise Busy
        try:
            with apart(CHILD, file.fileno()) as line:
                if line.read(1) != GOOD:
                    raise BadClip
                mp4, width, height, digest = SAID.unpack(line.read(SAID.size))
        except NoProcess as why:
            raise Busy from why
        except Died as why:
            raise BadClip from why
        finally:
            self._turn.release()
        # The other process moved where the file stands.
        file.seek(0)
        return Checked(Clip(MP4 if mp4 else WEBM, width, height), length, digest.hex())


def room_for_one() -> IO[bytes]:
    """Open a file without a name for a clip that comes; it is gone when it is closed."""
    return tempfile.TemporaryFile(prefix="huxue-clip-")
