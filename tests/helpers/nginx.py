"""A real nginx with what the HTTP client is tested against: files, codings, redirects, passwords, TLS, short lives."""

import contextlib
import getpass
import os
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from slogate.load.launch import free_port

_CONFIGURATION = """\
{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type application/octet-stream;
    types {{ text/html html; application/json json; text/plain txt; }}
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{http}; listen [::1]:{http}; listen 127.0.0.1:{https} ssl;
        ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key; ssl_session_tickets on;
        root {folder}/files; absolute_redirect off;
        location /gzip/ {{ alias {folder}/files/; gzip on; gzip_min_length 1; gzip_types *; }}
        location /chunked/ {{ alias {folder}/files/; chunked_transfer_encoding on; ssi on; ssi_types *; }}
        location /private/ {{ alias {folder}/files/; auth_basic "members"; auth_basic_user_file {folder}/passwords; }}
        location = /r301 {{ return 301 /small.json; }}
        location = /r302 {{ return 302 http://127.0.0.1:{http}/small.json?a=1&b=%C3%A9; }}
        location = /r303 {{ return 303 small.json; }}
        location = /r307 {{ return 307 /echo; }}
        location = /r308 {{ return 308 /echo; }}
        location = /loop {{ return 302 /loop; }}
        location = /chain {{ return 302 /r301; }}
        location = /elsewhere {{ return 302 http://localhost:{http}/seen; }}
        location = /same {{ return 302 /seen; }}
        location = /seen {{
            return 200 "$request_method|$http_authorization|$http_cookie|$request_uri|$http_x_own|$http_host";
        }}
        location = /echo {{ return 200 "$request_method|$content_type|$content_length|$request_uri"; }}
        location /path/ {{ return 200 "$request_uri"; }}
        location = /cookie {{
            add_header Set-Cookie "a=1; Path=/"; add_header Set-Cookie "b=2; Path=/path/"; return 204;
        }}
        location = /cookie-and-go {{ add_header Set-Cookie "hop=3; Path=/" always; return 302 /seen; }}
        location = /forget {{ add_header Set-Cookie "a=; Path=/; Max-Age=0"; return 200 bye; }}
        location = /204 {{ return 204; }}
        location = /404 {{ return 404 "not here"; }}
        location = /500 {{ return 500 "broken"; }}
        location = /close {{ keepalive_timeout 0; return 200 closed; }}
        location = /cut {{ return 444; }}
        location = /connection {{ return 200 "$connection"; }}
        location = /session {{ return 200 "$ssl_session_reused"; }}
    }}
    server {{
        listen 127.0.0.1:{short}; keepalive_timeout 1s; keepalive_requests 3;
        location / {{ return 200 "$connection"; }}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """Where it listens. `short` closes idle connections after 1 s and any after 3 requests."""

    folder: Path
    http: int
    https: int
    short: int

    @property
    def certificate(self) -> Path:
        """Its own certificate, for localhost and 127.0.0.1."""
        return self.folder / "server.pem"


def make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for localhost and 127.0.0.1 that signs itself, and its key."""
    arguments = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    arguments += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    arguments += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(arguments, check=True, capture_output=True)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[Nginx]:
    """Starts it in `folder`, and ends it. It must be installed: `apt-get install nginx-light`."""
    files = folder / "files"
    files.mkdir(parents=True)
    folder.chmod(0o755)
    (files / "small.json").write_text('{"name": "caf\\u00e9", "items": [1, 2, 3]}\n', encoding="utf-8")
    (files / "large.txt").write_text("".join(f"line {number}\n" for number in range(60_000)), encoding="utf-8")
    (files / "empty.txt").touch()
    password = b64encode(sha1(b"correct horse").digest()).decode()  # noqa: S324 (a format that nginx reads)
    (folder / "passwords").write_text(f"ann:{{SHA}}{password}\n", encoding="utf-8")
    make_certificate(folder / "server.pem", folder / "server.key")
    http, https, short = free_port(), free_port(), free_port()
    path = folder / "nginx.conf"
    user = f"user {getpass.getuser()}; " if os.geteuid() == 0 else ""  # else its workers could not read the files
    path.write_text(
        _CONFIGURATION.format(user=user, folder=folder, http=http, https=https, short=short), encoding="utf-8"
    )
    log = folder / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(["nginx", "-e", folder / "error.log", "-c", path], stdout=output, stderr=output)
    try:
        deadline_s = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", short), timeout=1).close()
                break
            except OSError:
                told = log.read_text(encoding="utf-8")
                assert process.poll() is None, f"nginx ended: {told}"
                assert time.monotonic() < deadline_s, f"nginx does not listen: {told}"
                time.sleep(0.02)
        yield Nginx(folder, http, https, short)
    finally:
        process.terminate()
        process.wait(20)
