"""Who signs in to the practice Jira, what they may do, and whom they find there."""

import base64

import httpx

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import JsonObject, comment, create, found, issue


def test_a_dead_token_is_401_only_on_oneself_and_on_writes(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    server.set_fault("jira", "dead_token")
    write = jira.post("/issue", json=issue())
    for answer in (jira.get("/myself"), write, comment(jira, key)):
        assert answer.status_code == 401
        assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    for path in (f"/issue/{key}", "/issue/createmeta/DATA/issuetypes", f"/issue/{key}/comment"):
        hidden = jira.get(path)
        assert hidden.status_code == 404
        assert hidden.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    empty = jira.post("/search/jql", json={"jql": "project = DATA"})
    assert (empty.status_code, empty.json()["issues"]) == (200, [])
    assert "X-Seraph-LoginReason" not in empty.headers
    server.clear_faults()
    server.set_fault("jira", "dead_token", everything=True)
    assert jira.post("/search/jql", json={"jql": "project = DATA"}).status_code == 401
    assert len(server.ledger()["issues"]) == 1


def test_wrong_or_missing_credentials_are_a_dead_token(server: PracticeServer) -> None:
    url = f"{server.jira_url}/rest/api/3"
    with httpx.Client(base_url=url, trust_env=False) as nobody:
        assert nobody.get("/myself").status_code == 401
        assert "X-Seraph-LoginReason" not in nobody.get("/myself").headers
        assert nobody.get("/serverInfo").json()["deploymentType"] == "Cloud"
        assert nobody.get("/issue/picker?query=a").json()["sections"][0]["issues"] == []
        wrong = nobody.get("/myself", auth=(server.jira_email, "wrong"))
        assert wrong.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        no_email = base64.b64encode(f":{server.jira_token}".encode()).decode()
        odd = nobody.get("/myself", headers={"Authorization": f"Basic {no_email}"})
        assert (odd.status_code, "Connect Session" in odd.json()["error"]) == (403, True)


def test_a_captcha_asks_for_the_browser(server: PracticeServer, jira: httpx.Client) -> None:
    server.set_fault("jira", "dead_token", captcha=True)
    answer = jira.get("/myself")
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATION_DENIED"
    assert "CAPTCHA_CHALLENGE" in answer.headers["X-Authentication-Denied-Reason"]


def test_a_scoped_token_works_at_the_gateway_only(
    server: PracticeServer, jira: httpx.Client
) -> None:
    server.set_fault("jira", "scoped_token")
    assert jira.get("/myself").status_code == 401
    info = httpx.get(f"{server.jira_url}/_edge/tenant_info", trust_env=False).json()
    gateway = f"{server.jira_url}/ex/jira/{info['cloudId']}/rest/api/3/myself"
    assert jira.get(gateway).json()["displayName"] == "Dana Whitfield"


def test_every_answer_names_the_account_and_the_request(jira: httpx.Client) -> None:
    answer = jira.get("/serverInfo")
    assert answer.headers["atl-traceid"]
    me = jira.get("/myself")
    assert me.headers["X-AAccountId"] == me.json()["accountId"]


def test_a_permission_that_is_missing_is_missing_everywhere(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    query = {"permissions": "ADD_COMMENTS,CREATE_ISSUES", "projectKey": "DATA"}

    def held() -> list[bool]:
        shown = jira.get("/mypermissions", params=query).json()["permissions"]
        return [one["havePermission"] for one in shown.values()]

    assert held() == [True, True]
    server.set_fault("jira", "no_permission", permissions=["ADD_COMMENTS"], project="DATA")
    assert held() == [False, True]
    assert comment(jira, key).status_code == 403
    server.set_fault("jira", "no_permission", permissions=["BROWSE_PROJECTS"], project="DATA")
    assert jira.get(f"/issue/{key}").status_code == 404
    assert found(jira, 'summary ~ "amount"') == []


def test_errors_come_in_the_language_of_the_user_unless_english_is_forced(
    server: PracticeServer, jira: httpx.Client
) -> None:
    server.set_fault("jira", "language")
    said = jira.post("/issue", json=issue(labels=["a b"])).json()["errors"]["labels"]
    assert said == "Das Stichwort 'a b' enthält unzulässige Leerzeichen."
    forced = {"X-Force-Accept-Language": "true", "Accept-Language": "en"}
    english = jira.post("/issue", json=issue(labels=["a b"]), headers=forced).json()
    assert english["errors"]["labels"].startswith("The label")


def test_people_may_hide_their_address(server: PracticeServer, jira: httpx.Client) -> None:
    def people() -> list[dict[str, str | None]]:
        answer = jira.get("/user/assignable/search?project=DATA&maxResults=100").json()
        return [one for one in answer if one["accountType"] == "atlassian"]

    assert any("emailAddress" not in one for one in people())
    assert any(one.get("emailAddress") == "" for one in people())
    server.set_fault("jira", "null_emails")
    assert any("emailAddress" in one and one["emailAddress"] is None for one in people())


def test_people_are_searched_in_a_range_that_is_cut_before_the_filter(jira: httpx.Client) -> None:
    def page(start: int, query: str = "an") -> list[str]:
        asked: JsonObject = {"project": "DATA", "query": query, "startAt": start, "maxResults": 20}
        answer = jira.get("/user/assignable/search", params=asked).json()
        return [one["accountId"] for one in answer]

    pages = [page(start) for start in range(0, 80, 20)]
    assert all(len(one) < 20 for one in pages)
    assert sum(bool(one) for one in pages) > 1
    everybody = [one for page in pages for one in page]
    assert len(set(everybody)) == len(everybody)
    # The one who has left and the app are in the range, and never in the answer.
    assert page(0, "priya") != page(0, "peter") == page(0, "automation") == []
    assert jira.get("/user/assignable/search?project=data&query=a").status_code == 404
    assert "GDPR" in jira.get("/user/assignable/search?username=x").json()["errorMessages"][0]
