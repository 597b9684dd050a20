"""What several of the API's areas need."""

import pytest


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let every name resolve to a public address, save those that a test says otherwise of."""
    addresses: dict[str, str] = {}

    def resolve(host: str, port: int, **_named: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (addresses.get(host, "93.184.215.14"), port))]

    monkeypatch.setattr("server.delivery.channels.outside.socket.getaddrinfo", resolve)
    return addresses
