"""How `computefi serve` serves: the settings, refused where they would be unsafe."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from computefi.hosts.server.officejs import OFFICE_JS

TOKEN_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. Wrong settings raise ValueError with one sentence."""

    token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8443
    public_url: str = ""  # as Excel reaches the server; what the server listens on, if not given
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False  # a proxy on another machine speaks TLS
    origins: tuple[str, ...] = ()  # other sites whose pages may call
    office_js: str = OFFICE_JS
    most_bytes: int = 8 * 1024 * 1024
    most_calls: int = 5_000
    most_requests: int = 32  # in hand at once, computing or waiting
    threads: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    head_seconds: float = 10
    body_seconds: float = 10
    call_seconds: float = 30
    patience_seconds: float = 120  # how long the add-in repeats a request before a cell gives up

    def __post_init__(self) -> None:
        if len(self.token) < TOKEN_LENGTH or not self.token.isascii() or not self.token.isprintable():
            raise ValueError(f"the token must have at least {TOKEN_LENGTH} characters, all of them plain ASCII")
        if " " in self.token:
            raise ValueError("the token must not hold blanks")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        if self.certificate is None and not is_loopback(self.host) and not self.behind_proxy:
            raise ValueError(
                f"the token would cross the network unencrypted: listen on 127.0.0.1 instead of {self.host}, give a "
                "certificate and its key, or say that a proxy speaks TLS"
            )
        if self.public_url and urlsplit(self.public_url).scheme not in ("http", "https"):
            raise ValueError(f"the public address must start with https://; got {self.public_url!r}")
        for origin in self.origins:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
                raise ValueError(f"an origin is like https://sheets.bank.example, without a path; got {origin!r}")

    @property
    def url(self) -> str:
        """Where Excel finds the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.certificate else "http"
        return (self.public_url or f"{scheme}://{host}:{self.port}").rstrip("/")

    @property
    def request_seconds(self) -> float:
        """The longest that a request may last, by the limits of its parts."""
        return self.body_seconds + 2 * self.call_seconds + 5


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """A token that cannot be guessed."""
    return secrets.token_urlsafe(32)
