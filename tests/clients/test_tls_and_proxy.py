"""Tests of what stands between: certificates of a company, and its proxy."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from qjira_gui.domain.errors import AppError, OfflineError
from tests.clients.wire import Request, answer, http_at, serving

#: What a desktop's session hands to every program it starts.
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no computer trusts, with its key in the same file."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Acme internal CA")])
    places = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(824)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500))
        .add_extension(places, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path: Path = tmp_path_factory.mktemp("ca") / "company.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def behind_tls(company: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(company)
    return context


async def refusal(base: str, *, ca_file: str = "", proxy: str = "") -> AppError:
    async with http_at(base, ca_file=ca_file, proxy=proxy) as http:
        with pytest.raises(AppError) as caught:
            await http.request("GET", "myself")
    return caught.value


async def test_an_untrusted_certificate_is_told_apart_from_no_connection(
    behind_tls: ssl.SSLContext,
) -> None:
    async with serving(tls=behind_tls) as wire:
        error = await refusal(wire.url)
    assert isinstance(error, OfflineError)
    assert error.sentence == (
        "The certificate of Jira is not trusted on this computer. Ask your administrator for the "
        "company's CA file and name it in Connections."
    )
    assert wire.requests == []


async def test_the_company_s_own_ca_file_makes_its_certificate_good(
    behind_tls: ssl.SSLContext, company: Path
) -> None:
    async with (
        serving(tls=behind_tls) as wire,
        http_at(wire.url, ca_file=str(company)) as http,
    ):
        await http.request("GET", "myself")
    assert [request.line for request in wire.requests] == ["GET /myself"]


async def test_a_certificate_for_another_host_is_refused_although_its_issuer_is_trusted(
    behind_tls: ssl.SSLContext, company: Path
) -> None:
    async with serving(tls=behind_tls) as wire:
        error = await refusal(wire.url.replace("127.0.0.1", "localhost"), ca_file=str(company))
    assert error.sentence.startswith("The certificate of Jira is not trusted")
    assert wire.requests == []


async def test_https_typed_for_a_plain_server_says_what_to_look_at() -> None:
    async def grumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer(400, b"The plain HTTP request was sent to HTTPS port"))
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(grumble, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await refusal(f"https://127.0.0.1:{port}")
    assert isinstance(error, OfflineError)
    assert "no secure connection comes about" in error.sentence
    assert "begins with https" in error.sentence


@pytest.mark.parametrize("variable", [*PROXY_VARIABLES[:3], "http_proxy", "all_proxy"])
async def test_what_stays_on_this_computer_never_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    async with serving() as wire, http_at(wire.url, proxy="http://127.0.0.1:9") as http:
        await http.request("GET", "myself")
    assert [request.line for request in wire.requests] == ["GET /myself"]


async def test_the_proxy_of_the_settings_gets_what_goes_out() -> None:
    async with serving() as proxy, http_at("http://jira.acme.example", proxy=proxy.url) as http:
        await http.request("GET", "myself")
    assert [one.line for one in proxy.requests] == ["GET http://jira.acme.example/myself"]


async def test_the_proxy_of_the_environment_counts_where_none_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with http_at("http://jira.acme.example") as http:
            await http.request("GET", "myself")
    assert len(proxy.requests) == 1


async def test_a_proxy_that_refuses_the_way_is_named_as_the_trouble() -> None:
    async def refuse(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(407, b"Proxy Authentication Required"))

    async with serving(refuse) as proxy:
        error = await refusal("https://jira.acme.example", proxy=proxy.url)
    assert isinstance(error, OfflineError)
    assert error.sentence.startswith("The way to Jira is blocked (address or proxy).")
    assert [one.line for one in proxy.requests] == ["CONNECT jira.acme.example:443"]


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.acme.example",
        "ftp://proxy.acme.example",
        "socks5://user:hunter2@proxy",
        "http://[::1",
    ],
)
async def test_a_proxy_that_is_no_address_is_a_sentence_without_its_password(proxy: str) -> None:
    with pytest.raises(AppError) as caught:
        async with http_at("https://jira.acme.example", proxy=proxy):
            pytest.fail("there must be no client")
    assert caught.value.sentence.startswith("The proxy for Jira is not one that QJira can use.")
    assert "hunter2" not in f"{caught.value.sentence}{caught.value.detail}"


async def test_a_proxy_of_the_environment_that_is_no_address_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hunter2@proxy.acme.example:1080")
    with pytest.raises(AppError, match="The proxy for Jira is not one that QJira can use"):
        async with http_at("https://jira.acme.example"):
            pytest.fail("there must be no client")
