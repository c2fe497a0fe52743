"""Which addresses of calendars are read, and which never."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from therapists.domain.addresses import NotAllowed, host_of, is_public, tidy


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("https://calendar.example/a/b.ics?token=1", "https://calendar.example/a/b.ics?token=1"),
        ("webcal://calendar.example/a.ics", "https://calendar.example/a.ics"),
        ("webcals://calendar.example/a.ics", "https://calendar.example/a.ics"),
        ("  HTTPS://Calendar.Example  ", "https://calendar.example/"),
        ("https://calendar.example:8443/a#part", "https://calendar.example:8443/a"),
        ("https://käse.example/a", "https://xn--kse-qla.example/a"),
        ("https://calendar.example/Bús%20ár?x=ä", "https://calendar.example/B%C3%BAs%20%C3%A1r?x=%C3%A4"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://127.0.0.1/a", "https://127.0.0.1/a"),  # refused later, when it is looked at as a number
    ],
)
def test_an_address_is_written_in_one_way(raw: str, expected: str) -> None:
    assert tidy(raw) == expected
    assert tidy(expected) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "address_unclear"),
        ("https://", "address_unclear"),
        ("https:///a.ics", "address_unclear"),
        ("https://calendar.example/a b", "address_unclear"),
        ("https://calendar.example/a\r\nHost: other.example", "address_unclear"),
        ("https://calendar.example/\x00", "address_unclear"),
        ("https://calendar.example:99999/a", "address_unclear"),
        ("https://calendar.example:0/a", "address_unclear"),
        ("https://[::1/a", "address_unclear"),
        (f"https://calendar.example/{'a' * 1000}", "address_unclear"),
        (f"https://{'a' * 64}.example/", "address_unclear"),
        ("http://calendar.example/a.ics", "address_not_https"),
        ("calendar.example/a.ics", "address_not_https"),
        ("file:///etc/passwd", "address_not_https"),
        ("ftp://calendar.example/a.ics", "address_not_https"),
        ("gopher://calendar.example/", "address_not_https"),
        ("https://ana:secret@calendar.example/a.ics", "address_with_password"),
        ("https://ana@calendar.example/a.ics", "address_with_password"),
    ],
)
def test_what_is_no_address_or_not_safe_is_refused(raw: str, code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        tidy(raw)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "https://", "webcal://", "https://a.example/"]))
def test_any_text_is_an_address_or_refused(text: str, before: str) -> None:
    try:
        found = tidy(before + text)
    except NotAllowed:
        return
    assert found.startswith("https://") and host_of(found)
    assert tidy(found) == found


@pytest.mark.parametrize(
    "numeric",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "192.88.99.1", "64:ff9b:1::808:808", "100::1", "3fff::1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        # An address of IPv4 in the clothes of IPv6: mapped, translated, 6to4, Teredo.
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2002:c0a8:101::1", "2001:0:53aa:64c:0:fbff:f5ff:fffe",
        "", "localhost", "127.1", "0x7f.1", "2130706433",
    ],
)  # fmt: skip
def test_nothing_that_only_this_machine_or_its_network_can_reach_is_public(numeric: str) -> None:
    assert not is_public(numeric)


@pytest.mark.parametrize(
    "numeric", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_the_whole_internet_can_reach_is_public(numeric: str) -> None:
    assert is_public(numeric)


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_address_in_other_clothes_is_judged_as_itself(number: int) -> None:
    plain = IPv4Address(number)
    mapped, translated = IPv6Address((0xFFFF << 32) | number), IPv6Address((0x64FF9B << 96) | number)

    assert is_public(str(mapped)) is is_public(str(translated)) is is_public(str(plain))
    if is_public(str(plain)):
        assert plain.is_global
