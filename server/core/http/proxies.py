"""Where a call comes from: a proxy's word about it counts only when a setting names the proxy.

``X-Forwarded-For`` can be written by anybody. A proxy appends whom it heard from itself, so that the last entry
is a named proxy's own word, and all before it is hearsay.
"""

import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask import request

from server.core.http.wire import platform

logger = logging.getLogger("huxue.api")

FORWARDED_FOR = "X-Forwarded-For"
# Other ways to say the same; none of them is ever believed.
OTHER_HEADERS = ("X-Real-IP", "Forwarded")
WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")

_unnamed: set[str] = set()


def caller_address() -> str | None:
    """Give the caller's network address; ``None`` on this machine itself, or when there is none to tell.

    Behind a proxy that no setting names it is the proxy's own, so that a forgotten setting is too strict.
    """
    found = _read(request.remote_addr or "")
    if found is not None and FORWARDED_FOR in request.headers:
        if _is_trusted(found):
            # What cannot be read would be counted nowhere: then the proxy stands in for whom it heard from.
            said = _read(_entries()[-1])
            if said is None:
                return str(found)
            found = said
        elif found.is_loopback:
            _say_once(found)
            return str(found)
    if found is None or found.is_loopback:
        return None
    # Whoever has one IPv6 address may have as many networks as 48 bits leave.
    return str(ip_network((found, 48), strict=False)) if found.version == 6 else str(found)


def on_this_machine() -> bool:
    """Tell whether the call was made on this very machine, with no other proxy than named ones in between.

    Each entry must be of this machine: a second proxy in front of a named one would leave an outside one. And it
    must be called by a name of this machine: a page from elsewhere whose name was made to lead here says its own.
    """
    if not _names_this_machine():
        return False
    found = _read(request.remote_addr or "")
    if found is None or not found.is_loopback or any(name in request.headers for name in OTHER_HEADERS):
        return False
    if FORWARDED_FOR not in request.headers:
        return True
    entries = [_read(entry) for entry in _entries()]
    return _is_trusted(found) and all(entry is not None and entry.is_loopback for entry in entries)


def _names_this_machine() -> bool:
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return False
    address = _read(host)
    public = urlsplit(platform().settings.public_url).hostname
    return host in {"localhost", public} or (address is not None and address.is_loopback)


def _entries() -> list[str]:
    return ",".join(request.headers.getlist(FORWARDED_FOR)).split(",")


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, also with its port; an IPv4 one that is written as IPv6 is the IPv4 one."""
    bare = text.strip()
    with_port = WITH_PORT.fullmatch(bare)
    try:
        address = ip_address(next(filter(None, with_port.groups())) if with_port else bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in platform().settings.trusted_proxies)


def _say_once(address: IPv4Address | IPv6Address) -> None:
    if str(address) not in _unnamed:
        _unnamed.add(str(address))
        logger.warning("%s is not believed: no HUXUE_TRUSTED_PROXIES names %s", FORWARDED_FOR, address)
