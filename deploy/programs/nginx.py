"""nginx with the project's own site file, on ports of the caller's."""

import grp
import pwd
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from deploy.programs.children import unprivileged_user

SITE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
# The ports that stand in the site file: nginx's own, then one for each worker.
OWN_PORT, WORKER_PORTS = 8000, (8001, 8002)

MAIN = """\
daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 16384; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def find_binary() -> Path | None:
    """Find nginx: on the PATH, or where Debian keeps it, which is not on everybody's PATH."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def command(folder: Path, *, port: int, workers: Sequence[int]) -> list[str]:
    """Write the configuration into a folder of its own, and give the command that serves it there."""
    ports = dict(zip((OWN_PORT, *WORKER_PORTS), (port, *workers), strict=True))
    site = re.sub(
        r"(127\.0\.0\.1):(\d+)", lambda found: f"{found[1]}:{ports[int(found[2])]}", SITE.read_text()
    )
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=_user()))
    return [str(find_binary()), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def _user() -> str:
    """Write whom nginx's workers run as: as root it would choose somebody who cannot enter our folder."""
    name = unprivileged_user()
    if name is None:
        return ""
    return f"user {name} {grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name};\n"
