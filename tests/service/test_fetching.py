"""Fetching pages, from a real server on the loopback: what is refused, before anything is asked, and what is not."""

import asyncio
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lists.addresses import is_public
from service.articles.article import ReadOptions
from service.errors import NotFetched, Unavailable
from service.fetching import AT_A_TIME, WAITING, Fetcher, Network, resolve
from service.pages import Page
from service.settings import Settings

TLS = ssl.create_default_context()
HTML = "text/html; charset=utf-8"
PAGE = b"<html lang=en><title>A visit</title><body><article><p>Officials met KOMID on Friday.</p></article></body>"


@dataclass
class Site:
    """A server on the loopback that says whatever a test wants, and keeps what it was asked."""

    port: int
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def say(self, path: str, body: bytes = PAGE, status: int = 200, **headers: str) -> None:
        """Answer a path; the names of headers have `_` for `-`."""
        given = {"content_type": HTML, "content_length": str(len(body)), **headers}

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in given.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer

    def lead(self, path: str, target: str, status: int = 302) -> None:
        """Redirect a path."""
        self.say(path, b"", status, location=target, set_cookie="session=1; path=/")


@pytest.fixture
def site() -> Iterator[Site]:
    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            try:
                made.answers[self.path](self)
            except OSError:  # whoever asked has gone away
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    made = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


class Names:
    """A name server: what each name leads to, and how often it was asked."""

    def __init__(self, **known: list[str]) -> None:
        self.known = {name.replace("_", "."): list(found) for name, found in known.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return self.known[host]


def is_public_here(address: str) -> bool:
    """Take one address of the loopback for the public internet: the site is there."""
    return address == "127.0.0.1" or is_public(address)


def fetcher(site: Site, names: Names | None = None, *hosts: str, tls=None, **settings: object) -> Fetcher:
    allowed = hosts or (f"news.example:{site.port}", f"*.news.example:{site.port}")
    known = names or Names(news_example=["127.0.0.1"], www_news_example=["127.0.0.1"])
    network = Network(known, is_public_here, tls or TLS)
    return Fetcher(Settings(fetch_hosts=allowed, **settings), network)


def get(fetching: Fetcher, address: str) -> Page:
    return asyncio.run(fetching.fetch(address))


def refusal(fetching: Fetcher, address: str) -> str:
    with pytest.raises(NotFetched) as caught:
        get(fetching, address)
    assert "127.0.0" not in str(caught.value)
    return str(caught.value)


def test_a_page_is_read_with_where_it_came_from(site):
    site.say("/a?b=1")
    page = get(fetcher(site), f"http://news.example:{site.port}/a?b=1#c")
    assert page.article(ReadOptions()).text.strip() == "Officials met KOMID on Friday."
    assert page.article(ReadOptions()).title == "A visit"
    assert page.fetched.url == f"http://news.example:{site.port}/a?b=1#c"
    assert page.response.content == PAGE
    assert datetime.now(UTC) - page.fetched.retrieved < timedelta(minutes=1)


def test_the_server_hears_its_name_and_nothing_of_us(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.9:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.9:1")
    site.say("/a")
    get(fetcher(site), f"http://news.example:{site.port}/a")
    ((_, headers),) = site.asked
    assert headers == {
        "host": f"news.example:{site.port}",
        "user-agent": "sanctions-xref/0.1",
        "accept": "text/html, application/xhtml+xml, text/plain;q=0.9",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
    }


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("Встреча с KOMID".encode("cp1251"), "text/plain; charset=windows-1251", "Встреча с KOMID"),
        ("Встреча с KOMID".encode(), "text/plain", "Встреча с KOMID"),
        ("<p>Встреча с KOMID".encode("koi8-r"), 'Text/HTML; charset="koi8-r"', "Встреча с KOMID"),
        (
            "<meta charset=windows-1251><p>Встреча с KOMID".encode("cp1251"),
            "application/xhtml+xml",
            "Встреча с KOMID",
        ),
    ],
)
def test_every_page_in_its_own_encoding(site, body, kind, text):
    site.say("/a", body, content_type=kind)
    page = get(fetcher(site), f"http://news.example:{site.port}/a")
    assert page.article(ReadOptions()).text.strip() == text


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example:{port}/",
        "http://news.example/",
        "http://news.example:{port}.elsewhere.example/",
        "http://127.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost:{port}/",
        "http://news.example.:{port}/",
        "http://notnews.example:{port}/",
        "ftp://news.example:{port}/",
        "file:/a.html",
        "gopher://news.example:{port}/",
        "//news.example:{port}/",
        "news.example",
        "",
        "http://user:secret@news.example:{port}/",
        "http://news.example:{port}@elsewhere.example/",
        "http://elsewhere.example:{port}\\@news.example:{port}/",
        "http://news.example:{port}/\r\nX-More: 1",
        "http://[::1/",
        "http://news.example:99999999/",
        "http://" + "x" * 300 + ".news.example:{port}/",
    ],
)
def test_an_address_that_is_not_allowed_is_not_asked(site, address):
    names = Names(news_example=["127.0.0.1"], elsewhere_example=["127.0.0.1"], localhost=["127.0.0.1"])
    assert refusal(fetcher(site, names), address.format(port=site.port))
    assert site.asked == []


ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"(https?|ftp):/{0,3}[^/ ]{0,20}@?[^/ ]{0,30}(:\d{0,6})?(/.{0,20})?", fullmatch=True),
    st.lists(st.sampled_from([*"/:@.#?[]%\\", "http", "news.example", "10.0.0.1", "::1", "٣", "。"])).map(
        "".join
    ),
)


@given(ADDRESSES)
def test_no_address_is_more_than_refused(address):
    async def resolve_none(_: str) -> list[str]:
        return ["10.0.0.1"]

    fetching = Fetcher(
        Settings(fetch_hosts=("news.example", "*.news.example")), Network(resolve_none, tls=TLS)
    )
    with pytest.raises(NotFetched):
        get(fetching, address)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.2"],
        ["127.0.0.1", "10.0.0.1"],
        ["10.0.0.1", "127.0.0.1"],
        ["8.8.8.8", "169.254.169.254"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a9fe:a9fe"],
        ["2002:a00:1::"],
        ["::127.0.0.2"],
        ["fec0::1"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        [],
    ],
)
def test_a_name_that_leads_anywhere_private_is_not_asked(site, found):
    site.say("/")
    fetching = fetcher(site, Names(news_example=found))
    assert "no place on the public internet" in refusal(fetching, f"http://news.example:{site.port}/")
    assert site.asked == []


def test_a_name_without_an_address_is_said_like_a_private_one(site):
    said = [
        refusal(fetcher(site, names), f"http://news.example:{site.port}/")
        for names in (Names(), Names(news_example=["10.0.0.1"]))
    ]
    assert said[0] == said[1]


def test_the_name_is_resolved_once_and_the_connection_goes_where_it_was_looked(site, monkeypatch):
    """A name that changes between the look and the connection is not looked up a second time."""
    site.say("/")
    names = Names(news_example=["127.0.0.1"])

    def look_again(*asked: object, **_: object) -> None:
        raise AssertionError(f"{asked} was resolved")

    monkeypatch.setattr(socket, "getaddrinfo", look_again)
    assert get(fetcher(site, names), f"http://news.example:{site.port}/").response.content == PAGE
    assert names.asked == ["news.example"]


def test_the_next_address_is_asked_where_one_does_not_take_the_connection(site):
    site.say("/")
    names = Names(news_example=["127.0.0.3", "127.0.0.1"])
    network = Network(names, lambda _: True, TLS)
    fetching = Fetcher(Settings(fetch_hosts=(f"news.example:{site.port}",)), network)
    assert get(fetching, f"http://news.example:{site.port}/").response.content == PAGE


def test_names_are_looked_up_as_this_machine_does():
    assert set(asyncio.run(resolve("localhost"))) & {"127.0.0.1", "::1"}
    assert not any(map(is_public, asyncio.run(resolve("localhost"))))


def test_where_a_page_leads_on_is_looked_at_anew(site):
    site.say("/b")
    site.lead("/a", f"//www.news.example:{site.port}/b", 301)
    names = Names(news_example=["127.0.0.1"], www_news_example=["127.0.0.1"])
    page = get(fetcher(site, names), f"http://news.example:{site.port}/a")
    assert page.fetched.url == f"http://www.news.example:{site.port}/b"
    assert names.asked == ["news.example", "www.news.example"]
    assert "cookie" not in site.asked[1][1]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/b",
        "http://elsewhere.example:{port}/b",
        "http://inside.news.example:{port}/b",
        "http://me:secret@www.news.example:{port}/b",
        "http://news.example/b",
        "file:/a.html",
        "http://[::1",
    ],
)
def test_a_page_that_leads_to_where_nobody_may_go_is_not_followed(site, target):
    site.say("/b")
    site.lead("/a", target.format(port=site.port))
    names = Names(
        news_example=["127.0.0.1"],
        elsewhere_example=["127.0.0.1"],
        inside_news_example=["127.0.0.2"],
        www_news_example=["127.0.0.1"],
    )
    said = refusal(fetcher(site, names), f"http://news.example:{site.port}/a")
    assert "inside" not in said
    assert "elsewhere" not in said
    assert [path for path, _ in site.asked] == ["/a"]


def test_a_page_that_leads_in_circles_ends(site):
    site.lead("/a", "/a")
    assert "more than 5 times" in refusal(fetcher(site), f"http://news.example:{site.port}/a")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (404, {}, "answered 404"),
        (500, {}, "answered 500"),
        (204, {"content_length": "0"}, "answered 204"),
        (304, {}, "answered 304"),
        (302, {}, "answered 302"),
        (200, {"content_type": "application/pdf"}, "'application/pdf', neither HTML nor plain text"),
        (200, {"content_type": ""}, "of no stated type"),
        (200, {"content_encoding": "br"}, "another way than was asked for"),
        (200, {"content_encoding": "gzip"}, "not packed as its server says"),
        (200, {"content_length": str(len(PAGE) + 10)}, "could not be spoken with"),
    ],
)
def test_what_is_no_page_is_said_to_be_none(site, status, headers, said):
    site.say("/a", PAGE, status, **headers)
    assert said in refusal(fetcher(site), f"http://news.example:{site.port}/a")


def test_a_page_that_holds_no_text_is_said_to_hold_none(site):
    site.say("/a", b"<html><body></body></html>")
    page = get(fetcher(site), f"http://news.example:{site.port}/a")
    with pytest.raises(NotFetched, match="no text"):
        page.article(ReadOptions())
    site.say("/b", bytes(range(256)), content_type="text/plain")
    binary = get(fetcher(site), f"http://news.example:{site.port}/b")
    with pytest.raises(NotFetched, match="binary"):
        binary.article(ReadOptions())


def test_a_packed_page_is_unpacked_and_its_hash_is_of_what_was_packed(site):
    site.say("/a", gzip.compress(PAGE), content_encoding="gzip")
    site.say("/b")
    packed, plain = (get(fetcher(site), f"http://news.example:{site.port}/{one}") for one in "ab")
    assert packed.fetched.sha256 == plain.fetched.sha256


def test_a_packed_page_that_broke_off_is_refused(site):
    site.say("/a", gzip.compress(PAGE * 50)[:-30], content_encoding="gzip")
    assert "broke off" in refusal(fetcher(site), f"http://news.example:{site.port}/a")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 2_000_000, {"content_type": "text/plain"}),
        (gzip.compress(b" " * 50_000_000), {"content_encoding": "gzip"}),
    ],
)
def test_a_page_that_is_too_large_is_not_read_to_its_end(site, body, headers):
    site.say("/a", body, **headers)
    said = refusal(fetcher(site, max_page=100_000), f"http://news.example:{site.port}/a")
    assert "larger than 100,000 bytes" in said


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_page_that_never_ends_is_left(site, part):
    """Each byte comes in good time: only the whole takes too long."""
    left = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
        request.wfile.write(b"X-More: " if part == "head" else b"\r\n")
        try:
            for _ in range(3_000):
                request.wfile.write(b"x")
                request.wfile.flush()
                time.sleep(0.02)
        except OSError:
            left.set()

    site.answers["/a"] = drip
    said = refusal(fetcher(site, fetch_seconds=0.5), f"http://news.example:{site.port}/a")
    assert "within 0.5 seconds" in said
    assert left.wait(30)


def test_a_name_server_that_never_answers_is_left(site):
    async def wait(_: str) -> list[str]:
        await asyncio.sleep(3_600)
        return []

    network = Network(wait, is_public_here, TLS)
    settings = Settings(fetch_hosts=(f"news.example:{site.port}",), fetch_seconds=0.2)
    assert "within 0.2 seconds" in refusal(Fetcher(settings, network), f"http://news.example:{site.port}/")


def test_a_few_are_fetched_at_a_time_some_wait_and_the_rest_come_back_later(site):
    held, inside, most = threading.Event(), [], []

    def hold(request: BaseHTTPRequestHandler) -> None:
        inside.append(request)
        most.append(len(inside))
        held.wait(30)
        inside.remove(request)
        body = b"KOMID"
        head = f"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        request.wfile.write(head.encode() + body)

    async def ask_many() -> list[object]:
        fetching = fetcher(site, fetch_seconds=60)
        asking = [
            asyncio.create_task(fetching.fetch(f"http://news.example:{site.port}/a"))
            for _ in range(AT_A_TIME + WAITING + 3)
        ]
        async with asyncio.timeout(60):
            while len(inside) < AT_A_TIME:
                await asyncio.sleep(0.01)
        held.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    site.answers["/a"] = hold
    found = asyncio.run(ask_many())
    assert sum(isinstance(one, Page) for one in found) == AT_A_TIME + WAITING
    assert sum(isinstance(one, Unavailable) for one in found) == 3
    assert max(most) == AT_A_TIME


def certified(name: str) -> tuple[bytes, bytes]:
    """Return a certificate for a name, which is to be believed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    begun = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return shown, secret


@pytest.mark.parametrize(("name", "good"), [("news.example", True), ("elsewhere.example", False)])
def test_the_certificate_has_to_be_of_the_name_though_numbers_are_connected_to(tmp_path, name, good):
    shown, secret = certified(name)
    (tmp_path / "both.pem").write_bytes(shown + secret)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(tmp_path / "both.pem")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nKOMID")
        await writer.drain()
        writer.close()

    async def ask() -> Page:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=serving)
        async with server:
            port = server.sockets[0].getsockname()[1]
            believing = ssl.create_default_context(cadata=shown.decode())
            network = Network(Names(news_example=["127.0.0.1"]), is_public_here, believing)
            settings = Settings(fetch_hosts=(f"news.example:{port}",))
            return await Fetcher(settings, network).fetch(f"https://news.example:{port}/")

    if good:
        assert asyncio.run(ask()).response.content == b"KOMID"
    else:
        with pytest.raises(NotFetched, match="could not be spoken with"):
            asyncio.run(ask())
