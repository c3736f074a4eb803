"""How `computefi serve` serves: the settings, refused where they would be unsafe."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from computefi.hosts.server.officejs import OFFICE_JS

TOKEN_LENGTH = 16
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]"
HOST = re.compile(NAME + r"|[0-9A-Fa-f:.]{2,45}")
HOST_HEADER = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::[0-9]{1,5})?")
ADDRESS = re.compile(rf"https?://(?:{NAME})(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~/-]*)?")


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
    most_cells: int = 2_000_000  # results of one request
    most_draws: int = 2**26  # paths × assets × cases of the simulations of one request
    most_memory: int = 4 * 2**30  # of one computation
    most_requests: int = 32  # in hand at once, computing or waiting
    most_requests_of_peer: int = 12
    most_connections: int = 1_000
    most_connections_of_peer: int = 100
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    head_seconds: float = 10
    body_seconds: float = 10
    call_seconds: float = 30
    write_seconds: float = 60  # in which an answer must have been read
    hosts: tuple[str, ...] = ()  # other names by which the server may be called
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
        if self.public_url and not is_address(self.public_url):
            raise ValueError(
                "the public address must start with https:// and be like https://sheets.bank.example/cfi; "
                f"got {self.public_url!r}"
            )
        if not is_address(self.office_js) and not self.office_js.startswith("/"):
            raise ValueError(f"the address of office.js must start with https://; got {self.office_js!r}")
        for name in self.hosts:
            if not HOST.fullmatch(name):
                raise ValueError(f"an allowed host is a name or an address without a port; got {name!r}")
        for origin in self.origins:
            parts = urlsplit(origin)
            if not is_address(origin) or origin != f"{parts.scheme}://{parts.netloc}":
                raise ValueError(f"an origin is like https://sheets.bank.example, without a path; got {origin!r}")

    @property
    def url(self) -> str:
        """Where Excel finds the server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.certificate else "http"
        return (self.public_url or f"{scheme}://{host}:{self.port}").rstrip("/")

    def serves(self, host: str, local: str) -> bool:
        """Whether a request that names this host is for this server, `local` being the address it arrived at."""
        name = host_name(host)
        known = {self.host, local, urlsplit(self.url).hostname or "", *self.hosts}
        if is_loopback(local):
            known |= {"localhost", "127.0.0.1", "::1"}
        return name in {one.strip("[]").lower() for one in known}

    @property
    def request_seconds(self) -> float:
        """The longest that a request may last, by the limits of its parts."""
        return self.body_seconds + 2 * self.call_seconds + 5


def host_name(host: str) -> str:
    """The name in a Host header, without its port: [::1]:8443 → ::1."""
    match = HOST_HEADER.fullmatch(host)
    return "" if match is None else (match[1] or match[2]).lower()


def is_address(url: str) -> bool:
    """Whether this is a plain web address: nothing in it that a page or a file of XML would take for markup."""
    try:
        return ADDRESS.fullmatch(url) is not None and urlsplit(url).port != 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """A token that cannot be guessed."""
    return secrets.token_urlsafe(32)
