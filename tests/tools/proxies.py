"""An application that is told which proxies stand in front of it."""

from dataclasses import replace
from ipaddress import ip_network

from flask import Flask


def trust(app: Flask, *networks: str) -> None:
    """Let an application believe some proxies, as ``HUXUE_TRUSTED_PROXIES`` would."""
    here = app.extensions["huxue"]
    settings = replace(here.settings, trusted_proxies=tuple(map(ip_network, networks)))
    app.extensions["huxue"] = replace(here, settings=settings)
