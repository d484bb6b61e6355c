"""Secrets that must not reach a file or the terminal, and ordinary text that must."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slogate.redact import (
    MASK,
    Redactor,
    names_of_secrets,
    secrets_in_environment,
    without_credentials,
)

BY_SHAPE = Redactor()
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AbC-_123"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # tokens and headers
        (JWT, MASK),
        (f"/reset/{JWT}/now", f"/reset/{MASK}/now"),
        (f"Authorization: Bearer {JWT}", f"Authorization: {MASK}"),
        ("authorization=Basic dXNlcjpwYXNz", f"authorization={MASK}"),
        ("sent Bearer abcdefgh12 twice", f"sent Bearer {MASK} twice"),
        ("Basic dXNlcjpwYXNz", f"Basic {MASK}"),
        ("Proxy-Authorization: Digest username=x", f"Proxy-Authorization: {MASK}"),
        ("Cookie: sid=abc; theme=dark\nHost: x", f"Cookie: {MASK}\nHost: x"),
        ("Set-Cookie: sid=abc; Path=/", f"Set-Cookie: {MASK}"),
        ("X-Api-Key: abc123", f"X-Api-Key: {MASK}"),
        ("x-auth-token: abc123", f"x-auth-token: {MASK}"),
        # addresses
        ("https://user:hunter2@host/x", f"https://{MASK}@host/x"),
        ("https://user:hun@ter2@host/x", f"https://{MASK}@host/x"),
        ("https://token@host", f"https://{MASK}@host"),
        ("redis://:pw@h:6379/0", f"redis://{MASK}@h:6379/0"),
        ("http://x/?token=abc&y=1", f"http://x/?token={MASK}&y=1"),
        ("http://x/?a=1&access_token=abc#top", f"http://x/?a=1&access_token={MASK}#top"),
        ("http://x/?user[password]=abc", f"http://x/?user[password]={MASK}"),
        ("http://x/?sig=abc;sid=def", f"http://x/?sig={MASK}"),
        ("http://x/?session_id=abc", f"http://x/?session_id={MASK}"),
        # fields
        ("password=hunter2&user=x", f"password={MASK}&user=x"),
        ("user=x&password=hunter2", f"user=x&password={MASK}"),
        ("client_secret=abc", f"client_secret={MASK}"),
        ('{"user": "x", "password": "hunter2"}', f'{{"user": "x", "password": "{MASK}"}}'),
        ('{"password":"hun\\"ter2","n":1}', f'{{"password":"{MASK}","n":1}}'),
        ('{"password":"it\'s mine"}', f'{{"password":"{MASK}"}}'),
        ('{"accessToken":"abc","refresh_token":"def"}', f'{{"accessToken":"{MASK}","refresh_token":"{MASK}"}}'),
        ('{"token":12345}', f'{{"token":{MASK}}}'),
        ("{'password': 'hunter2'}", f"{{'password': '{MASK}'}}"),
        ("{'password': 'hun\"ter2'}", f"{{'password': '{MASK}'}}"),
        ('{\\"password\\":\\"hunter2\\"}', f'{{\\"password\\":\\"{MASK}\\"}}'),
        ('{"cookie": "sid=abc"}', f'{{"cookie": "{MASK}"}}'),
        ('{"Authorization": "Bearer abc"}', f'{{"Authorization": "{MASK}"}}'),
        ("password: hunter2", f"password: {MASK}"),
        ("API_KEY=AAAA", f"API_KEY={MASK}"),
        ("--api-key=AAAA", f"--api-key={MASK}"),
        ('{"password":"cut off in the mid', f'{{"password":"{MASK}'),
    ],
)
def test_secrets_of_a_known_shape(text: str, masked: str) -> None:
    assert BY_SHAPE(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GET /api/products?page=2&sort=price",
        "http://shop/?mail=a@b.example",
        "http://shop/@maker/bags",
        "mail a@b.example about https://shop/",
        "http://x/?design=1&inside=2&assign=3",
        '{"design": "x", "passed": "yes", "author": "y"}',
        "the token is missing",
        "401 answered 10 % of the judged requests: a missing or expired sign-in",
        "check the tokens and the query values that the scenario sends",
        "slo.yaml:12: api.latency.p59: did you mean p95?",
        "profiles.session: give either rate or users",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert BY_SHAPE(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "p@ss word/1",
        "p%40ss%20word%2F1",  # in a URL
        "p%40ss+word%2F1",  # in a form
        "x p@ss word/1 y p@ss word/1",
    ],
)
def test_known_values_are_masked_however_they_are_spelled(text: str) -> None:
    masked = Redactor(["p@ss word/1"])(text)
    assert "ss" not in masked
    assert MASK in masked


def test_a_known_value_inside_json_is_masked() -> None:
    assert Redactor(['say "friend"'])('{"x": "say \\"friend\\""}') == f'{{"x": "{MASK}"}}'


def test_of_two_known_values_the_longer_goes_first() -> None:
    assert Redactor(["hunter", "hunter2000"])("hunter2000 hunter") == f"{MASK} {MASK}"


def test_a_known_value_that_is_short_would_mask_ordinary_text() -> None:
    assert Redactor(["test", ""])("a test of it") == "a test of it"
    assert Redactor([])("x") == "x"


@given(st.text(min_size=6, max_size=20), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_known_value_never_survives(secret: str, before: str, after: str) -> None:
    assume("*" not in secret)  # which the mask itself may complete
    assert secret not in Redactor([secret])(f"{before}{secret}{after}")


@given(st.text(alphabet=st.sampled_from("ab:=&?/@'\"\\{}, token\n"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_redacting_again_changes_nothing(text: str) -> None:
    once = BY_SHAPE(text)
    assert BY_SHAPE(once) == once


@pytest.mark.timeout(60)  # what looks at a long text once takes a moment, and what looks back and forth half an hour
@pytest.mark.parametrize("piece", ["a.", "a-", "token", "token ", "token=", "http://", "a@", '"', "eyJ-", "{[", "\\"])
def test_a_long_text_is_redacted_in_a_moment(piece: str) -> None:
    assert BY_SHAPE(piece * (400_000 // len(piece)))


def test_the_environment_names_its_secrets() -> None:
    environment = {
        "API_TOKEN": "t0ken-value",
        "PGPASSWORD": "pg-value",
        "DB_PASSWORD": "db-value",
        "AWS_SECRET_ACCESS_KEY": "wJalr/XUtnFEMI",  # a slash is ordinary in base64
        "STRIPE_KEY": "sk_live",
        "JWT": "jwt-value",
        "MYSQL_PWD": "mysql-value",
        "SSH_AUTH_SOCK": "/tmp/ssh/agent.1",  # noqa: S108  # a path is no secret
        "TLS_KEY": "/etc/tls/key.pem",
        "PWD": "/home/shop",
        "DESKTOP_SESSION": "ubuntu",
        "XDG_SESSION_TYPE": "wayland",
        "GIT_AUTHOR_NAME": "Somebody",
        "KEYBOARD": "german",
        "HOME": "/root",
        "PATH": "/bin",
    }
    expected = ["API_TOKEN", "PGPASSWORD", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY", "STRIPE_KEY", "JWT", "MYSQL_PWD"]
    assert names_of_secrets(environment) == expected
    assert secrets_in_environment(environment) == [environment[name] for name in expected]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:pw@host:8710/x?y=1", "http://host:8710/x?y=1"),
        ("http://user:p@w@host", "http://host"),
        ("http://token@[::1]:80", "http://[::1]:80"),
        ("http://host/x@y", "http://host/x@y"),
    ],
)
def test_an_address_without_its_credentials(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
