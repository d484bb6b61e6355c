"""Is a target this very machine? Only then do the samples taken here speak of it."""

import ipaddress
import socket
from urllib.parse import urlsplit

import psutil


def is_this_machine(url: str) -> bool:
    """Whether every address that the URL's host stands for belongs to an interface of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        found = {str(item[4][0]).partition("%")[0] for item in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    own = {address.address.partition("%")[0] for interface in psutil.net_if_addrs().values() for address in interface}
    return bool(found) and all(address in own or ipaddress.ip_address(address).is_loopback for address in found)
