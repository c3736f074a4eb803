"""The server of the Office.js add-in as a host."""

from __future__ import annotations

from computefi.hosts.base import Host

EMPTY_IS_BLANK = "Office.js passes a blank cell and an empty text alike, so both are blank"

SERVER = Host(
    name="server",
    title="Excel anywhere, served by the bank",
    needs="a server with Python, a certificate, an add-in that the bank's administrator rolls out",
    spelling="CFI.LTV",
    never=(EMPTY_IS_BLANK,),
)
