"""Tests of what people paste as an address: it works, or a sentence says what to do instead."""

from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.clients.address import jira_site, origin, qualytics_api
from qjira_gui.domain.errors import AppError

ACME = "https://acme.qualytics.io/api/"
SITE = "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("acme.qualytics.io", ACME),
        ("https://acme.qualytics.io", ACME),
        ("https://acme.qualytics.io/", ACME),
        ("https://acme.qualytics.io///", ACME),
        ("  https://acme.qualytics.io\n", ACME),
        ("HTTPS://ACME.Qualytics.IO", ACME),
        ("https://acme.qualytics.io./", ACME),
        ("https:/acme.qualytics.io", ACME),
        ("https:acme.qualytics.io", ACME),
        ("acme.qualytics.io/api", ACME),
        ("acme.qualytics.io/api/", ACME),
        ("acme.qualytics.io/api/docs", ACME),
        ("acme.qualytics.io/api/docs#/anomalies", ACME),
        ("acme.qualytics.io/api/openapi.json", ACME),
        ("https://acme.qualytics.io/datastores/23/anomalies?id=824", ACME),
        ("https://acme.qualytics.io/explore/anomalies", ACME),
        ("https://acme.qualytics.io/settings/tokens#mine", ACME),
        ("https://acme.qualytics.io/login?next=%2F", ACME),
        ("http://localhost:8000", "http://localhost:8000/api/"),
        ("localhost:8000", "https://localhost:8000/api/"),
        ("http://127.0.0.1:8000/api", "http://127.0.0.1:8000/api/"),
        ("http://[::1]:8000/", "http://[::1]:8000/api/"),
        ("https://gw.acme.example/dq/x", "https://gw.acme.example/dq/x/api/"),
        ("https://gw.acme.example/dq/x/api/", "https://gw.acme.example/dq/x/api/"),
        ("https://gw.acme.example/apium", "https://gw.acme.example/apium/api/"),
        ("https://datenqualität.example", "https://datenqualität.example/api/"),
    ],
)
def test_whatever_form_the_address_of_qualytics_has_its_api_is_found(typed: str, base: str) -> None:
    assert qualytics_api(typed) == base
    assert qualytics_api(base) == base


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("acme", SITE),
        ("Acme", SITE),
        (" acme/ ", SITE),
        ("acme.atlassian.net", SITE),
        ("https://acme.atlassian.net/", SITE),
        ("https://acme.atlassian.net/jira", SITE),
        ("https://acme.atlassian.net/browse/DATA-12", SITE),
        ("https://acme.atlassian.net/jira/software/c/projects/DATA/boards/7", SITE),
        ("https://acme.atlassian.net/jira/your-work?x=1#y", SITE),
        ("https://acme.atlassian.net/o/anything/new", SITE),
        ("acme.atlassian.net/rest/api/3/myself", SITE),
        ("https://acme.atlassian.net/wiki/home", SITE),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost", "https://localhost"),
        ("https://jira.acme.example/browse/DATA-12", "https://jira.acme.example"),
        ("https://jira.acme.example/jira/software/projects/DATA", "https://jira.acme.example"),
        # A server of one's own, installed below a path.
        ("https://acme.example/jira/browse/DATA-12", "https://acme.example/jira"),
        ("https://acme.example/jira/secure/Dashboard.jspa", "https://acme.example/jira"),
        ("https://acme.example/jira/", "https://acme.example/jira"),
    ],
)
def test_whatever_page_of_jira_is_pasted_its_site_is_found(typed: str, site: str) -> None:
    assert jira_site(typed) == site
    assert jira_site(site) == site


@pytest.mark.parametrize(
    "typed",
    [
        "https://",
        "http:",
        "://",
        "ftp://acme.example",
        "file:///etc/hosts",
        "javascript:alert(1)",
        "https://acme.example:port",
        "https://acme.example:99999",
        "https://acme.example:0",
        "https://[::1",
        "https://[nonsense]/",
        "https://?id=3",
        "see https://acme.example",
        "acme example",
        "https://ac\tme.example/x y",
        "https://acme<script>.example",
        "https://acme.example%2Fevil",
        "https://acme_“quoted”.example",
        "“https://acme.example”",
        "https://acme,example",
    ],
)
@pytest.mark.parametrize("read", [qualytics_api, jira_site])
def test_what_is_no_web_address_is_quoted_back_with_an_example(
    typed: str, read: Callable[[str], str]
) -> None:
    with pytest.raises(AppError) as caught:
        read(typed)
    assert "is not a web address. Paste it from your browser's address bar" in str(caught.value)
    example = "https://acme.qualytics.io" if read is qualytics_api else SITE
    assert example in str(caught.value)


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
@pytest.mark.parametrize("read", [qualytics_api, jira_site])
def test_an_empty_address_is_called_empty(typed: str, read: Callable[[str], str]) -> None:
    with pytest.raises(AppError, match="The address is empty"):
        read(typed)


@pytest.mark.parametrize(
    "typed", ["https://dana:hunter2@acme.example", "dana@acme.example", "https://:hunter2@acme"]
)
@pytest.mark.parametrize("read", [qualytics_api, jira_site])
def test_a_password_in_an_address_is_refused_and_not_repeated(
    typed: str, read: Callable[[str], str]
) -> None:
    with pytest.raises(AppError, match="holds a user name or password") as caught:
        read(typed)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "https://api.atlassian.com/ex/jira/11223344-a1b2-4c33-9ddd-000000000000",
        "https://id.atlassian.com/manage-profile/security/api-tokens",
        "https://home.atlassian.com/o/123",
        "https://atlassian.com",
    ],
)
def test_a_page_of_atlassian_s_own_is_not_taken_for_the_site(typed: str) -> None:
    with pytest.raises(AppError, match=r"belongs to Atlassian itself. Use the address of your own"):
        jira_site(typed)


def test_the_pages_of_qualytics_are_at_the_host_of_its_api() -> None:
    assert origin("https://gw.acme.example:8443/dq/api/") == "https://gw.acme.example:8443"


@given(st.text(max_size=60) | st.from_regex(r"https?:/{0,3}[\w.:@\[\]%-]{0,20}/[\w/?#]{0,20}"))
def test_no_text_at_all_does_worse_than_a_sentence(typed: str) -> None:
    for read in (qualytics_api, jira_site):
        try:
            base = read(typed)
        except AppError:
            continue
        assert base.startswith(("http://", "https://"))
        # Whoever sends the first request must not be the one to find out.
        assert httpx.Request("GET", base).url.host
        assert read(base) == base
