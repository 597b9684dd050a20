"""What the settings say to the server itself; an area that reads settings adds a class of its own beside its code.

``server.config.Settings`` has them all: it inherits from each of these classes.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal


class BadSetting(Exception):
    """A setting that the server cannot start with; its text says what to set."""


@dataclass(frozen=True)
class ServerSettings:
    """Where the server listens, how it is reached, and what every page is told of it."""

    mode: Literal["production", "demo"]
    database_url: str
    key_file: str
    keys: str
    ciphers: Literal["aes", "sm"]
    files_folder: str
    backup_folder: str
    files: str
    files_endpoint: str
    files_region: str
    files_style: Literal["path", "virtual"]
    files_key: str
    files_secret: str
    files_key_file: str
    redis_url: str
    engine: Literal["eventlet", "gevent", "threads"]
    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    certificate: str
    certificate_key: str
    tile_url: str
    tile_datum: Literal["wgs84", "gcj02"]
    proof_minutes: int
    position_days: int
    event_days: int
    check_in_days: int
    separate_roles: bool
    unused_months: int
    unused_erased_days: int
    picture_days: int
    clip_mb: int
    clips: int
    covert_press: bool
    push_public_key: str
    sms_url: str

    @property
    def demo(self) -> bool:
        """Tell whether this is a demonstration with invented people."""
        return self.mode == "demo"

    @property
    def secure(self) -> bool:
        """Tell whether phones reach the server over HTTPS, so that cookies can insist on it."""
        return self.public_url.startswith("https://")
