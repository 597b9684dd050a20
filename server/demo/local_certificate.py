"""A certificate for this machine in its own network, so that a phone may use camera and position."""

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

# iPhones refuse certificates that last longer than 825 days.
LASTS = timedelta(days=397)
RENEW_BEFORE = timedelta(days=14)
# An address kept for documentation: connecting a datagram socket to it sends nothing, but chooses a way out.
NOWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Paths of the certificate, its key, and the authority that a phone may be told to trust."""

    certificate: Path
    key: Path
    authority: Path


def lan_address() -> str | None:
    """Find the address of this machine in its network; ``None`` without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(NOWHERE)
        except OSError:
            return None
        address: str = way.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def certificate_for(addresses: tuple[str, ...], folder: Path, now: datetime | None = None) -> Certificate:
    """Give a certificate for some addresses: the one kept in a folder, or a new one of the same authority."""
    now = now or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    found = Certificate(folder / "certificate.pem", folder / "certificate.key", folder / "authority.pem")
    note = folder / "addresses.json"
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
        fits = (
            kept["addresses"] == list(addresses)
            and datetime.fromisoformat(kept["until"]) - RENEW_BEFORE > now
        )
    except (OSError, ValueError, KeyError, TypeError):
        fits = False
    if fits and all(path.exists() for path in (found.certificate, found.key, found.authority)):
        return found
    until = now + LASTS
    issued = _authority(folder).issue_cert(*addresses, common_name="Huxue demo", not_after=until)
    _write(found.key, issued.private_key_pem.bytes())
    _write(found.certificate, b"".join(part.bytes() for part in issued.cert_chain_pems))
    _write(note, json.dumps({"addresses": addresses, "until": until.isoformat()}).encode())
    return found


def _authority(folder: Path) -> trustme.CA:
    certificate, key = folder / "authority.pem", folder / "authority.key"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    made = trustme.CA(organization_name="Huxue demo", organization_unit_name=socket.gethostname())
    _write(key, made.private_key_pem.bytes())
    _write(certificate, made.cert_pem.bytes())
    return made


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in one step."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
    beside.replace(path)
