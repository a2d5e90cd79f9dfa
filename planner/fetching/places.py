"""Which addresses may be fetched, and which network addresses are public."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import idna

from highlevel.origin import origin_of
from planner.fetching.problems import BadAddress, FetchProblem, NoServer, NotHttps, PrivateAddress, TooSlow, Unresolved

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

LONGEST = 4096  # characters of an address
UNFIT = re.compile(r"[\x00-\x20\\\x7f]")
HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?")  # as the last part of a host, it makes the whole a network address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Public by their numbers, and yet inside: where Azure and Oracle answer their own machines, and old gateways to IPv6.
INSIDE = tuple(map(ipaddress.IPv4Network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
WITNESS = "services.leadconnectorhq.com"  # HighLevel's own name: a resolver that denies it is cut off, and denies all
UNKNOWN = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
# Endings of names that no resolver of the open internet knows; a name without a dot is one too.
INNER = (".localhost", ".local", ".internal", ".intranet", ".private", ".lan", ".home", ".corp", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to. `trusted`: it is an origin that may be private and without encryption."""

    scheme: str
    host: str
    port: int
    target: str
    trusted: bool

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}{'' if self.port == usual else f':{self.port}'}{self.target}"


@lru_cache(maxsize=1024)  # the networks of one post have the same files
def read_place(url: str, trusted: frozenset[str], *, plain: bool = False) -> Place:
    """The place an address names, by the address alone: no resolver is asked.

    Raises BadAddress, and unless its origin is among `trusted` NotHttps (never where `plain` http will do) and
    PrivateAddress for what is inside a network by its very name or number.
    """
    if len(url) > LONGEST or UNFIT.search(url):
        raise BadAddress
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress from None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "%" in host or port == 0:
        raise BadAddress
    known = bool(trusted) and origin_of(url) in trusted
    if parts.scheme == "http" and not known and not plain:
        raise NotHttps
    name = _host(host)
    if not known and _is_inner(name):
        raise PrivateAddress
    target = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
    return Place(parts.scheme, name, port or {"https": 443, "http": 80}[parts.scheme], target, known)


def addresses_of(place: Place, resolver: Resolver, seconds: float) -> list[str]:
    """The network addresses of a place, all of them public unless the place is trusted.

    Raises PrivateAddress as soon as one of them is not, NoServer where there is no such name, Unresolved when the
    resolver does not do its work, and TooSlow after so many seconds.
    """
    found = _resolved(place, resolver, seconds)
    if not found:
        raise NoServer
    if not place.trusted and not all(is_public(one) for one in found):
        raise PrivateAddress
    return found


def is_public(address: str) -> bool:
    """Whether a network address belongs to the open internet, and so does any other address that it stands for."""
    try:
        whole = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_is_open(one) for one in _meanings(whole))


def resolve(host: str, port: int) -> list[str]:
    """What the machine's own resolver says. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _meanings(address: Address) -> list[Address]:
    """The address, and the IPv4 address inside it that a gateway or the system would go on to."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inner: list[Address] = [address]
    if address in NAT64 or int(address) >> 32 == 0:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner += address.teredo
    return inner


def _is_open(address: Address) -> bool:
    if address in NAT64:
        return True  # as open as the address inside it
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    closed = address.is_multicast or address.is_reserved or address.is_private or address.is_loopback
    return address.is_global and not closed and not any(address in network for network in INSIDE)


def _resolved(place: Place, resolver: Resolver, seconds: float) -> list[str]:
    # The system's resolver cannot be told how long it may take, so it is asked in a thread that is left behind.
    answer: queue.SimpleQueue[list[str] | FetchProblem] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolver(place.host, place.port))
        except UnicodeError:
            answer.put(NoServer())
        except OSError as error:
            unknown = isinstance(error, socket.gaierror) and error.errno in UNKNOWN
            answer.put(NoServer() if unknown and _works(resolver) else Unresolved())

    threading.Thread(target=ask, daemon=True, name="fetch-resolve").start()
    try:
        found = answer.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TooSlow from None
    if isinstance(found, FetchProblem):
        raise found
    return found


def _works(resolver: Resolver) -> bool:
    """Whether the resolver knows what it has to know: cut off from the internet, some say that no name exists."""
    try:
        return bool(resolver(WITNESS, 443))
    except OSError:
        return False


@lru_cache(maxsize=1024)
def _host(host: str) -> str:
    """The host as it is asked for: a literal address, or a name in ASCII. Raises BadAddress, and PrivateAddress for a
    private number in a guise."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise BadAddress from None
    if len(name) > 253 or not HOST.fullmatch(name):
        raise BadAddress
    if NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]):
        raise _disguised(name)
    return name


def _disguised(name: str) -> FetchProblem:
    """What is wrong with a network address in a spelling such as 2130706433, which some programs follow."""
    try:
        meant = ipaddress.IPv4Address(socket.inet_aton(name.rstrip(".")))
    except OSError:
        return BadAddress()
    return BadAddress() if is_public(str(meant)) else PrivateAddress()


@lru_cache(maxsize=1024)
def _is_inner(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".")
        return "." not in name or f".{name}".endswith(INNER)
    return not is_public(host)


def _ascii(text: str) -> str:
    """The text with everything but ASCII written as percent signs, and nothing that is written so already touched."""
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in text)
