"""Which network addresses are public, and how an address is read."""

from __future__ import annotations

import pytest

from planner.fetching.places import is_public, read_place


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.8.8.8",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "nonsense",
    ],
)
def test_network_addresses_inside_are_known(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_network_addresses_outside_are_known(address: str):
    assert is_public(address)


def test_an_address_is_written_as_it_is_asked_for():
    place = read_place("https://Example.com:443/ä b?q=ü#part".replace(" ", "%20"), frozenset())
    assert place.url == "https://example.com/%C3%A4%20b?q=%C3%BC"
    assert read_place("https://[2606:4700::1111]:8443/", frozenset()).url == "https://[2606:4700::1111]:8443/"
