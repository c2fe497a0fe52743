"""Which addresses of calendars may be read: https alone, and machines that the whole internet can reach."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

LONGEST: Final = 1000
# What names and numbers of machines are written with.
_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
# Signs of an address that mean something; what is written as %20 stays so.
_AS_IS: Final = "/?%:@!$&'()*+,;=~-._"
# Special to some network though nearly public by number: protocol assignments, relays, translators, documentation.
_SPECIAL: Final = (
    *(ip_network(written) for written in ("192.0.0.0/24", "192.88.99.0/24")),
    *(ip_network(written) for written in ("64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16")),
)
# An address of IPv4 written into IPv6 for translators (RFC 6052): what counts is the address inside.
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


class NotAllowed(ValueError):
    """Why an address is refused, as a code: address_unclear, address_not_https, address_with_password."""


def tidy(raw: str) -> str:
    """Return an address as it is read: webcal becomes https, what follows # goes. Raises NotAllowed."""
    text = raw.strip()
    if not text or len(text) > LONGEST or any(sign.isspace() or ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise NotAllowed("address_unclear")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise NotAllowed("address_unclear") from error
    if parts.scheme.lower() not in {"https", "webcal", "webcals"}:
        raise NotAllowed("address_not_https")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("address_with_password")
    if not _HOST.fullmatch(host) or port == 0:
        raise NotAllowed("address_unclear")
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port else place
    return urlunsplit(("https", place, quote(parts.path or "/", _AS_IS), quote(parts.query, _AS_IS), ""))


def host_of(address: str) -> str:
    """Return the machine that an address names, for people to recognise it by."""
    return urlsplit(address).hostname or ""


def is_public(numeric: str) -> bool:
    """Say whether a numeric address belongs to the whole internet: no private, local, reserved or shared one."""
    try:
        found = ip_address(numeric)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.scope_id or found.teredo or found.is_site_local:
            return False
        inside = found.ipv4_mapped or found.sixtofour or _translated(found)
        if inside is not None:
            return is_public(str(inside))
    if any(found in network for network in _SPECIAL):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _translated(found: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else None
