"""The login: who gets in, who does not, how often one may try; and the page behind a proxy."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsing import DESKTOP, GERMANY, PHONE, a_desk, barriers, running, served, visiting
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from counsel.cli import main
from counsel.errors import UsageError
from counsel.web import Desk, create, passwords
from counsel.web.login import SESSION, TRIES, WINDOW, Login
from counsel.web.passwords import Hashed, Users
from counsel.web.serving import bound_socket

MIRA, SECRET = "mira", "correct horse: battery"


class FewHashes(Users):
    """One user, whose password is compared as it is, and who counts how often."""

    def __init__(self) -> None:
        self.checked = 0

    def check(self, name: str, password: str) -> bool:
        self.checked += 1
        return (name, password) == (MIRA, SECRET)


@pytest.fixture
def users() -> FewHashes:
    return FewHashes()


@pytest.fixture
def client(users: FewHashes) -> TestClient:
    return TestClient(create(a_desk(), users=users), base_url="http://127.0.0.1:7860", follow_redirects=False)


def basic(name: str = MIRA, password: str = SECRET) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


# ---- the file of users


def test_a_user_is_added_by_command_and_the_file_holds_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    for password in ("an older one", SECRET):
        source = tmp_path / "typed"
        source.write_text(f"{password}\n", encoding="utf-8")
        with source.open(encoding="utf-8") as typed:
            monkeypatch.setattr("sys.stdin", typed)
            assert main(["chat", "--auth-file", str(file), "--add-user", MIRA]) == 0
    text = file.read_text(encoding="utf-8")
    assert (SECRET in text, text.count("\n"), oct(file.stat().st_mode)[-3:]) == (False, 1, "600")
    users = passwords.load(file)
    assert (users.check(MIRA, SECRET), users.check(MIRA, "an older one"), users.check("other", SECRET)) == (True, False, False)


@pytest.mark.parametrize(
    "line",
    ["mira:secret", "mira", ":scrypt$1$1$1$", "mira:scrypt$16383$8$5$AAAAAAAA$AAAAAAAA", "mira:scrypt$99999999$8$5$AAAAAAAA$AAAAAAAA"],
)
def test_a_line_that_is_no_user_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "users").write_text(f"# who may log in\n\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 3"):
        passwords.load(tmp_path / "users")


@pytest.mark.parametrize(("name", "password"), [("a:b", SECRET), ("", SECRET), ("#a", SECRET), ("a\nb", SECRET), ("mira", "short")])
def test_a_name_or_password_that_would_not_do_is_not_written(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(UsageError):
        passwords.add(tmp_path / "users", name, password)
    assert list(tmp_path.iterdir()) == []


def test_two_hashes_of_one_password_differ_and_both_match() -> None:
    first, second = Hashed.of(SECRET), Hashed.of(SECRET)
    assert str(first) != str(second)
    assert (first.matches(SECRET), second.matches(SECRET), first.matches(SECRET + " ")) == (True, True, False)


# ---- who gets in

PAGES = ["/", "/article?path=skills.md", "/original?path=portfolio.pdf", "/api/openapi.json", "/config", "/gradio_api/queue/data"]
POSTS = ["/api/ask", "/api/search", "/export", "/gradio_api/queue/join", "/logout/x", "/shelf/add", "/shelf/renew"]


def test_every_route_is_behind_the_login(client: TestClient) -> None:
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 401)
    refused = {path: client.post(path, content=b"{}").status_code for path in POSTS}
    assert refused == dict.fromkeys(POSTS, 401) | {"/shelf/add": 404, "/shelf/renew": 404}
    assert client.get("/health").status_code == 200
    assert b"<svg" in client.get("/favicon.ico").content


def test_a_browser_is_led_to_the_login_and_back_and_out_again(client: TestClient) -> None:
    led = client.get("/", headers={"accept": "text/html"})
    assert (led.status_code, led.headers["location"]) == (303, "login")
    wrong = client.post("/login", data={"name": MIRA, "password": "guess"})
    assert (wrong.status_code, "not the password" in wrong.text, "set-cookie" in wrong.headers) == (401, True, False)
    right = client.post("/login", data={"name": MIRA, "password": SECRET})
    assert (right.status_code, right.headers["location"]) == (303, "./")
    assert {"HttpOnly", "SameSite=Lax"} <= set(right.headers["set-cookie"].split("; "))
    assert client.post("/api/ask", json={"turns": [GERMANY]}).json()["status"] == "answered"
    assert client.post("/logout").status_code == 303
    assert client.get("/").status_code == 401


def test_a_program_logs_in_with_each_request_and_is_hashed_once(client: TestClient, users: FewHashes) -> None:
    for _ in range(3):
        assert client.post("/api/ask", json={"turns": [GERMANY]}, headers=basic()).status_code == 200
    assert users.checked == 1
    for bad in (basic(password="x"), {"authorization": "Basic %%"}, {"authorization": "Basic"}, {"authorization": "Bearer x"}):
        assert client.get("/api/openapi.json", headers=bad).status_code == 401


@pytest.mark.parametrize("cookie", ["counsel=", "counsel=x", "counsel=None", "x=y", "counsel", '"; counsel=', "\x01"])
def test_a_made_up_cookie_opens_nothing(client: TestClient, cookie: str) -> None:
    assert client.get("/", headers={"cookie": cookie}).status_code == 401


def test_another_site_cannot_log_a_visitor_in(client: TestClient) -> None:
    forged = client.post("/login", data={"name": MIRA, "password": SECRET}, headers={"origin": "http://evil.example"})
    assert (forged.status_code, "set-cookie" in forged.headers) == (403, False)


def test_a_name_may_be_tried_only_so_often_and_then_not_even_rightly_until_a_while_has_passed(users: FewHashes) -> None:
    now = [0.0]
    client = TestClient(Login(create(a_desk()), users, lambda: now[0]), base_url="http://localhost", follow_redirects=False)
    for _ in range(TRIES):
        assert client.post("/login", data={"name": MIRA, "password": "guess"}).status_code == 401
    for status, answer in ((429, client.post("/login", data={"name": MIRA, "password": SECRET})), (429, client.get("/", headers=basic()))):
        assert (answer.status_code, int(answer.headers["retry-after"])) == (status, WINDOW + 1)
    assert users.checked == TRIES
    now[0] = WINDOW + 1.0
    assert client.post("/login", data={"name": MIRA, "password": SECRET}).status_code == 303
    assert client.get("/health").status_code == client.get("/").status_code == 200
    now[0] += SESSION
    assert client.get("/").status_code == 401


def test_an_address_may_try_only_so_many_names_and_right_ones_do_not_count(client: TestClient, users: FewHashes) -> None:
    for number in range(TRIES):
        assert client.post("/login", data={"name": MIRA, "password": SECRET}).status_code == 303
        assert client.post("/login", data={"name": f"name {number}", "password": "x"}).status_code == 401
    assert client.post("/login", data={"name": "another", "password": "x"}).status_code == 429
    assert users.checked == 2 * TRIES


@pytest.mark.parametrize("body", [b"", b"\xff" * 100, b"name", b"&" * 5000, b"name=mira&name=x&password=y", b"a=b&" * 100])
def test_a_form_that_is_none_is_a_wrong_password(client: TestClient, body: bytes) -> None:
    assert client.post("/login", content=body).status_code == 401


# ---- served to others


def test_an_editor_served_to_others_must_log_in(capsys: pytest.CaptureFixture[str]) -> None:
    for where in (["--host", "0.0.0.0"], ["--root-path", "https://example.org/counsel"]):
        assert main(["chat", "--allow-edit", *where]) == 2
        assert "needs a login" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "status"), [("192.168.1.7:7860", 200), ("[fe80::1]:7860", 200), ("evil.example", 400), ("1.2.3.4.evil.example", 400)]
)
def test_a_page_served_to_the_network_goes_by_any_address_but_not_by_any_name(host: str, status: int) -> None:
    client = TestClient(create(a_desk(), any_address=True))
    assert client.get("/health", headers={"host": host}).status_code == status


def test_behind_a_proxy_its_host_and_its_path_are_ours() -> None:
    client = TestClient(create(a_desk(), root="https://example.org/counsel"), base_url="http://127.0.0.1:7860")
    assert client.get("/counsel/health").status_code == client.get("/health").status_code == 200
    assert client.get("/health", headers={"host": "example.org"}).status_code == 200

    def posted(origin: str, host: str) -> int:
        return client.post("/api/ask", json={"turns": [GERMANY]}, headers={"origin": origin, "host": host}).status_code

    assert posted("https://example.org", "example.org") == posted("https://example.org", "127.0.0.1:7860") == 200
    assert posted("https://evil.example", "example.org") == 403
    assert client.get("/health", headers={"host": "www.example.org"}).status_code == 400


# ---- as a person


@contextmanager
def proxied(desk: Desk, prefix: str) -> Iterator[str]:
    """The address under which a proxy shows this page, passing on what comes below it as nginx does: another Host, the prefix cut off."""
    with bound_socket("127.0.0.1", 0) as listening:
        public = f"http://127.0.0.1:{listening.getsockname()[1]}{prefix}"
        with served(desk, root=public) as upstream:
            client = httpx.AsyncClient(base_url=upstream, timeout=30, follow_redirects=False)

            async def pass_on(request: Request) -> Response:
                headers = [(name, value) for name, value in request.headers.items() if name != "host"]
                path = request.url.path.removeprefix(prefix) + (f"?{request.url.query}" if request.url.query else "")
                sent = client.build_request(request.method, path, headers=headers, content=await request.body())
                answer = await client.send(sent, stream=True)
                kept = {name: value for name, value in answer.headers.items() if name != "transfer-encoding"}
                return StreamingResponse(answer.aiter_raw(), answer.status_code, kept)

            route = Route(f"{prefix}/{{path:path}}", pass_on, methods=["GET", "POST"])
            with running(Starlette(routes=[route]), listening):
                yield f"{public}/"


def test_behind_a_proxy_a_person_asks_and_opens_an_article(browser: Browser) -> None:
    with proxied(a_desk(), "/counsel") as address, visiting(browser, address) as visitor:
        visitor.ask(GERMANY)
        expect(visitor.last).to_contain_text("€90,000")
        with visitor.page.context.expect_page() as opened:
            visitor.page.get_by_role("link", name="Open the article here").first.click()
        expect(opened.value.locator("mark#cited")).to_be_visible()
        assert opened.value.url.startswith(address)
        visitor.forgive("404")  # of an icon that the browser looks for at the proxy's own root


@pytest.mark.parametrize(("name", "size", "theme"), [("desktop-light", DESKTOP, "light"), ("phone-dark", PHONE, "dark")])
def test_a_person_logs_in_asks_and_logs_out(browser: Browser, users: FewHashes, name: str, size: tuple[int, int], theme: str) -> None:
    with served(a_desk(), users=users) as address, visiting(browser, address, size, theme, login=True) as visitor:
        page = visitor.page
        expect(page.get_by_label("Name")).to_be_focused()
        assert (barriers(page), visitor.sideways()) == ([], 0)
        visitor.shot(f"{name}-9-login")
        page.keyboard.type(MIRA)
        page.get_by_label("Password").fill("guess")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That is not the password of that name.")
        visitor.forgive("401")
        page.get_by_label("Name").fill(MIRA)
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#shelf .md")).not_to_be_empty()
        visitor.ask(GERMANY)
        expect(visitor.last).to_contain_text("€90,000")
        assert visitor.sideways() <= 0
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.goto(address)
        expect(page.get_by_label("Password")).to_be_visible()
