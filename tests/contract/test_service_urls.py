"""Where our own token may be sent: the forms of a service URL of reliability 3.2 (S2), and Microsoft's own."""

import pytest

from bot.frontdoor import LOOPBACK_HOSTS, TEAMS_HOSTS
from tests.keyserver import SERVICE_URL, TENANT

GOOD_URLS = [
    SERVICE_URL,
    "https://smba.trafficmanager.net",
    "https://SMBA.TrafficManager.net/UK/",
    "https://smba.trafficmanager.net:443/uk",
    f"https://smba.trafficmanager.net/emea/{TENANT}/",
    "https://webchat.botframework.com/",
    "https://europe.directline.botframework.com/a_b/c-d/e.f",
]


@pytest.mark.parametrize("url", GOOD_URLS)
def test_our_token_is_sent_to_microsofts_hosts(url: str) -> None:
    assert TEAMS_HOSTS.allows(url)


HOSTS = """
    attacker.example smba.trafficmanager.net.evil smba.trafficmanager.net.evil.example evil-smba.trafficmanager.net
    smba.trafficmanager.net.. smba.trafficmanager.net. smba..trafficmanager.net .smba.trafficmanager.net
    smba-trafficmanager.net smbatrafficmanager.net evil.trafficmanager.net trafficmanager.net a.smba.trafficmanager.net
    botframework.com notbotframework.com botframework.com.evil x.botframework.com.evil .botframework.com
    a..botframework.com -.botframework.com a-.botframework.com
    smba.trafficmanager.net@evil smba.trafficmanager.net:443@evil evil@smba.trafficmanager.net
    user:word@smba.trafficmanager.net @smba.trafficmanager.net smba.trafficmanager.net%40evil
    smba.trafficmanager.net%2eevil smba%2etrafficmanager.net smba.trafficmanager.net%00.evil
    smba.trafficmanager.net\\@evil smba.trafficmanager.net\\.evil evil\\smba.trafficmanager.net
    smba.trafficmanager.net#.evil smba.trafficmanager.net?.evil
    evil#smba.trafficmanager.net evil?smba.trafficmanager.net
    127.0.0.1 localhost 10.0.0.1 169.254.169.254 2130706433 0x7f000001 0177.0.0.1 127.1 0 [::1] [::ffff:127.0.0.1]
    [fe80::1%25eth0] xn--smba-trafficmanager-1.net smba.trafficmanаger.net smbа.trafficmanager.net
    smba。trafficmanager。net smba.trafficmanager.net․evil ѕmba.trafficmanager.net x.botframewor\u212a.com
    ⓢmba.trafficmanager.net smba\u00ad.trafficmanager.net smba\u200b.trafficmanager.net smba_trafficmanager.net
""".split()
SHAPES = ["https://{}/uk/", "https://{}", "https://{}:443/", "http://{}/uk/"]
OTHER_URLS = [
    "",
    "/",
    "https://",
    "https:///uk/",
    "//smba.trafficmanager.net/uk/",
    "smba.trafficmanager.net",
    "https:smba.trafficmanager.net",
    "https:/smba.trafficmanager.net",
    "https:\\\\smba.trafficmanager.net",
    "http://smba.trafficmanager.net/uk/",
    "http://smba.trafficmanager.net:443/uk/",
    "ftp://smba.trafficmanager.net/uk/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https+x://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/uk/",
    "https://smba.trafficmanager.net:80/uk/",
    "https://smba.trafficmanager.net:0443/uk/",
    "https://smba.trafficmanager.net:/uk/",
    "https://smba.trafficmanager.net:4430/",
    "https://smba.trafficmanager.net:443:443/",
    "https://smba.trafficmanager.net:-443/",
    "https://smba.trafficmanager.net:４４３/",
    "https://smba.trafficmanager.net/uk/?to=evil",
    "https://smba.trafficmanager.net/uk/#evil",
    "https://smba.trafficmanager.net/../evil/",
    "https://smba.trafficmanager.net/./",
    "https://smba.trafficmanager.net//evil/",
    "https://smba.trafficmanager.net/uk//",
    "https://smba.trafficmanager.net/uk\\evil",
    "https://smba.trafficmanager.net/%2e%2e/",
    "https://smba.trafficmanager.net/ük/",
    "https://smba.trafficmanager.net/uk/\r\nHost: evil",
    " https://smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net/uk/ ",
    "https://smba.trafficmanager.net/uk/\n",
    "https://smba.traffic\nmanager.net/uk/",
    "https://smba.traffic\tmanager.net/uk/",
    "https://smba.trafficmanager.net\x00.evil/",
    "https://smba.trafficmanager.net\ud800/",
    "https://" + "a" * 100_000 + ".botframework.com:1",
    "https://" + "a-" * 50_000 + ".botframework.com",
]
BAD_URLS = [*OTHER_URLS, *(shape.format(host) for host in HOSTS for shape in SHAPES)]


def test_the_list_of_url_forms_is_as_long_as_it_should_be() -> None:
    assert len(set(BAD_URLS)) == len(BAD_URLS) >= 200


@pytest.mark.parametrize("url", BAD_URLS, ids=lambda url: ascii(url[:60]))
def test_our_token_is_sent_to_no_other_form_of_address(url: str) -> None:
    assert not TEAMS_HOSTS.allows(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1.evil/", "http://10.0.0.1/", SERVICE_URL, "http://evil@127.0.0.1/"])
def test_where_this_machine_is_chosen_no_other_is_let_in(url: str) -> None:
    assert not LOOPBACK_HOSTS.allows(url)
