"""A real Prometheus, thrown away after use."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.programs import children


def find_binary() -> Path | None:
    """Find prometheus on the PATH (Debian's package puts it there); or None."""
    found = shutil.which("prometheus")
    return Path(found) if found else None


@contextmanager
def running(folder: Path, configuration: Path) -> Iterator[str]:
    """Run one with a configuration; gives its address. It may not be ready yet."""
    binary = find_binary()
    assert binary is not None, "prometheus is not installed"
    port = children.free_port()
    words = [
        str(binary),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        children.stop(process, signal.SIGTERM)
