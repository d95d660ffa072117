"""Case files go to addresses that are allowed, and to no others; a name is looked up once."""

from collections.abc import Sequence

import pytest

from inference.remote.endpoint import Access, endpoints
from inference.remote.errors import RefusedEndpoint, ServerGone
from inference.remote.profile import RemoteProfile
from inference.remote.reader import RemoteReader

from .conftest import Start
from .protocol_server import MODEL, Obeying


def at(*addresses: str) -> "LookUps":
    return LookUps(addresses)


class LookUps:
    """A name service that is not ours: gives addresses, and counts how often it was asked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses, self.asked = addresses, 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.addresses


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.7.7", "::1", "fd12::5", "::ffff:10.0.0.1"]
)
def test_private_addresses_need_no_list(address: str) -> None:
    (endpoint,) = endpoints("http://vllm.firm:8000/v1/", (), at(address))

    assert endpoint.name == "vllm.firm:8000"
    assert endpoint.url("/models").endswith(":8000/v1/models")
    assert "vllm.firm" not in endpoint.url("/models")


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "169.254.169.254",  # what clouds tell their machines
        "fe80::1",
        "0.0.0.0",
        "::",
        "100.64.0.1",
        "224.0.0.1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
    ],
)
def test_other_addresses_are_refused_without_a_list(address: str) -> None:
    with pytest.raises(RefusedEndpoint, match="outside private networks"):
        endpoints("https://vllm.firm:8000/v1", (), at(address))


def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(RefusedEndpoint):
        endpoints("https://vllm.firm/v1", (), at("10.0.0.1", "8.8.8.8"))


@pytest.mark.parametrize(
    "entry", ["vllm.firm", "VLLM.firm.", "vllm.firm:443", "203.0.113.0/24", "203.0.113.9", "203.0.113.9:443"]
)
def test_a_list_allows_what_it_names(entry: str) -> None:
    (endpoint,) = endpoints("https://vllm.firm/v1", (entry,), at("203.0.113.9"))

    assert endpoint.name == "vllm.firm:443"


@pytest.mark.parametrize(
    "entry",
    ["other.firm", "vllm.firm:8443", "firm", "203.0.114.0/24", "203.0.113.9:80", "xvllm.firm", "10.0.0.0/8"],
)
def test_a_list_allows_nothing_else(entry: str) -> None:
    with pytest.raises(RefusedEndpoint, match="not among the servers that are allowed"):
        endpoints("https://vllm.firm/v1", (entry,), at("203.0.113.9"))


def test_with_a_list_a_private_address_must_be_on_it() -> None:
    with pytest.raises(RefusedEndpoint, match="not among"):
        endpoints("http://127.0.0.1:9/v1", ("vllm.firm",), at("127.0.0.1"))


def test_an_allowed_name_may_not_lead_to_what_only_this_machine_sees() -> None:
    with pytest.raises(RefusedEndpoint, match="not among"):
        endpoints("https://vllm.firm/v1", ("vllm.firm",), at("169.254.169.254"))


@pytest.mark.parametrize("entry", ["*", "*.firm", "", "10.0.0.0/33", "http://vllm.firm", "10.0", "vllm firm"])
def test_a_slip_in_the_list_opens_no_door(entry: str) -> None:
    with pytest.raises(RefusedEndpoint, match="neither a host nor a network"):
        endpoints("http://10.0.0.1/v1", (entry,), at("10.0.0.1"))


def test_outside_private_networks_only_https_will_do() -> None:
    with pytest.raises(RefusedEndpoint, match="by https"):
        endpoints("http://vllm.firm/v1", ("vllm.firm",), at("203.0.113.9"))


@pytest.mark.parametrize("addresses", [(), ("not an address",)])
def test_a_name_that_nobody_knows_is_told(addresses: tuple[str, ...]) -> None:
    with pytest.raises(ServerGone, match=r"Nobody knows the address of vllm\.firm"):
        endpoints("https://vllm.firm/v1", (), at(*addresses))


def test_a_name_is_looked_up_once_and_called_at_the_address_that_was_checked(start: Start) -> None:
    server = start(Obeying())
    names = at("127.0.0.1")
    profile = RemoteProfile(f"http://vllm.firm:{server.port}/v1", MODEL)
    reader = RemoteReader.open(profile, look_up=names)
    assert names.asked == 1
    names.addresses = ("8.8.8.8",)  # whoever owns the name now points it elsewhere

    assert not reader.judges  # asks the server sixteen times
    assert names.asked == 1
    assert {each["Host"] for each in server.headers} == {f"vllm.firm:{server.port}"}
    assert reader.read_by.endswith(f"({MODEL} at vllm.firm:{server.port})")


def test_of_two_addresses_the_one_where_somebody_listens_is_used(start: Start) -> None:
    server = start(Obeying())
    profile = RemoteProfile(f"http://vllm.firm:{server.port}/v1", MODEL)
    reader = RemoteReader.open(profile, Access(), look_up=at("::1", "127.0.0.1"))

    assert reader.binds


def test_numbers_that_read_like_addresses_are_judged_as_what_they_are() -> None:
    (endpoint,) = endpoints("http://2130706433:8000/v1", ())

    assert str(endpoint.address) == "127.0.0.1"
    with pytest.raises(RefusedEndpoint):
        endpoints("http://0x08080808:8000/v1", ())


def test_no_proxy_of_the_environment_is_used(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = start(Obeying())

    assert RemoteReader.open(RemoteProfile(server.base_url, MODEL)).binds
