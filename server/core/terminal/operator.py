"""Which user of the operating system gives a command."""

import os
import pwd


def operator() -> dict[str, str]:
    """Name the process's user, and who became it by ``sudo``: ``os_user``, ``sudo_user``.

    The user's number, not the environment, says the first. The second is what ``sudo`` left behind, and whoever is
    this user could write it.
    """
    number = os.getuid()
    try:
        found = {"os_user": pwd.getpwuid(number).pw_name}
    except KeyError:
        found = {"os_user": str(number)}
    before = os.environ.get("SUDO_USER", "")[:60]
    return {**found, "sudo_user": before} if before and before != found["os_user"] else found
