"""Which addresses web hooks may reach (reference A19). Pure.

A tenant's people and apps choose where hooks go, so a hook must not become a way into the network that the
server stands in. Names prove nothing: what counts is the address that the connection goes to.
"""

import ipaddress
from typing import Literal

Kind = Literal["public", "loopback", "private", "never"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
# Where clouds hand out the credentials of a machine; the others of them are link-local.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
_REACHED: dict[str, frozenset[Kind]] = {
    "public": frozenset(("public",)),
    "loopback": frozenset(("public", "loopback")),
    "private": frozenset(("public", "loopback", "private")),
}


def kind_of(text: str) -> Kind:
    """What an address leads to; `never`: link-local, metadata, multicast, unspecified and reserved ones."""
    address = _innermost(ipaddress.ip_address(text))
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return "never"
    if address.is_loopback:
        return "loopback"
    if any(address in network for network in _PRIVATE):
        return "private"
    return "public" if address.is_global and not address.is_reserved else "never"


def may_reach(reach: str, scheme: str, text: str) -> bool:
    """Whether a hook of that scheme may go to the address; plain http never leaves the house."""
    kind = kind_of(text)
    return kind in _REACHED[reach] and (scheme == "https" or kind != "public")


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address only wraps, as seen by the networks that unwrap it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
