"""slo.yaml from bytes to a checked file: each problem with its line, its path, the value and the cure, all at once."""

import pytest

from slogate.errors import ConfigError
from slogate.slo.document import MAX_BYTES
from slogate.slo.file import SloFile, load
from support import REPOSITORY

GOOD = """\
version: 1
service: shop
targets: {api: "http://127.0.0.1:1"}
api: {latency: {p95: < 500ms}}
profiles: {smoke: {rate: 2/s}}
"""
API, TARGETS, PROFILES = GOOD.splitlines()[3], GOOD.splitlines()[2], GOOD.splitlines()[4]


def read(text: str | bytes, **variables: str) -> SloFile:
    return load(text if isinstance(text, bytes) else text.encode(), "slo.yaml", variables)


def complaints(text: str | bytes, *, targets_needed: bool = True, **variables: str) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ConfigError) as caught:
        load(content, "slo.yaml", variables, targets_needed=targets_needed)
    return str(caught.value).splitlines()


def limit(file: SloFile, index: int = 0) -> str:
    found = file.slo.objectives()[index].limit
    assert found is not None
    return found.text


def test_the_file_of_this_repository_is_good() -> None:
    file = read((REPOSITORY / "slo.yaml").read_bytes())
    assert file.slo.service == "o4o-platform"
    assert len(file.slo.objectives()) == 12
    assert file.slo.targets.api == "http://127.0.0.1:8710"


def test_a_line_can_be_asked_for() -> None:
    file = read(GOOD)
    assert (file.line("api"), file.line("profiles", "smoke", "rate"), file.line("policy")) == (4, 5, 1)


@pytest.mark.parametrize(("line", "verified"), [("", True), ("verify_tls: true", True), ("verify_tls: no", False)])
def test_certificates_are_verified_unless_the_file_says_otherwise(line: str, verified: bool) -> None:
    assert read(f"{GOOD}{line}\n").slo.verify_tls is verified


@pytest.mark.parametrize("value", ["0", "'false'", '"${VERIFY:-false}"', "none", "[false]"])
def test_whether_certificates_are_verified_is_written_plainly(value: str) -> None:
    [seen] = complaints(f"{GOOD}verify_tls: {value}\n")
    assert seen.startswith("slo.yaml:6: verify_tls: ")
    assert "neither true nor false; write one of them, without quotes" in seen


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert limit(read(content)) == "< 500ms"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "slo.yaml:1: the file is empty"),
        (b"# to do\n", "slo.yaml:1: the file is empty"),
        (b"~\n", "slo.yaml:1: the file must be a mapping that begins with version: 1"),
        (b"[version, 1]\n", "slo.yaml:1: the file must be a mapping that begins with version: 1"),
        (b"version 1\n", "slo.yaml:1: the file must be a mapping that begins with version: 1"),
        (b"version: 1\nservice: caf\xe9\n", "slo.yaml:2: the file is not UTF-8 from here on; save it as UTF-8"),
        (GOOD.encode("utf-16"), "slo.yaml:1: the file is not UTF-8 from here on; save it as UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00", "slo.yaml:1: this is not YAML: the character #x007f is in it"),
        (
            b"!!python/object:os.x {}\n",
            "slo.yaml:1: the tag tag:yaml.org,2002:python/object:os.x would build an object",
        ),
        (b"a: &a [*a]\n", "slo.yaml:1: an alias stands inside what it stands for"),
        (b"- " * 5000, "slo.yaml:1: the file nests deeper"),
    ],
)
def test_what_is_no_slo_file_has_one_clear_message(content: bytes, message: str) -> None:
    [seen] = complaints(content)
    assert seen.startswith(message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        # statistics and limits
        ("api: {latency: {p59: < 500ms}}", "api.latency.p59: 'p59' is an unusual percentile; did you mean p95?"),
        ("api: {latency: {p100: < 5ms}}", "api.latency.p100: 'p100' is the largest value; write max"),
        ("api: {latency: {on: < 5ms}}", "api.latency.on: 'on' is not a statistic of latency"),
        ("api: {latency: {95: < 5ms}}", "api.latency.95: '95' is not a statistic of latency"),
        ("api: {latency: {p95: 500}}", "api.latency.p95: '500' does not begin with < or <=; write it as '< 500ms'"),
        ("api: {latency: {p95: 0.5}}", "api.latency.p95: '0.5' does not begin with < or <="),
        ("api: {latency: {p95: < 500}}", "api.latency.p95: '500' has no unit; write it as 500ms or 500s"),
        ("api: {latency: {p95: < 5%}}", "api.latency.p95: '5%' is a ratio, and a duration is needed here"),
        ("api: {latency: {p95: yes}}", "api.latency.p95: True cannot stand here; write it as '< 500ms'"),
        ("api: {latency: {p95: [< 5ms]}}", "api.latency.p95: ['< 5ms'] cannot stand here; write it as '< 500ms'"),
        ("api: {latency: {p95: {pass: {}}}}", "api.latency.p95.pass: {} cannot stand here; write it as '< 500ms'"),
        ("api: {latency: {p95: {pass: < 5}}}", "api.latency.p95.pass: '5' has no unit"),
        ("api: {latency: {p95: {warn: < 5ms}}}", "api.latency.p95.pass: this key is missing"),
        ("api: {latency: {p95: {pass: < 5ms, wran: < 1ms}}}", "api.latency.p95.wran: unknown key; did you mean warn?"),
        (
            "api: {latency: {p95: {pass: < 5ms, warn: < 9ms}}}",
            "api.latency.p95: warn (< 9ms) must be tighter than pass (< 5ms), or it can never show",
        ),
        ("api: {latency: {p95: {pass_: < 5ms}, p50: < 1s}}", "api.latency.p95.pass_: unknown key; did you mean pass?"),
        (
            "api: {errors: {p95: < 1%}}",
            "api.errors: errors is a share of requests, which has no p95; write 'errors: < 1%'",
        ),
        ("api: {errors: {mean: < 1%}}", "api.errors: errors is a share of requests, which has no mean"),
        ("api: {errors: < 150%}", "api.errors: '< 150%' could never fail"),
        ("api: {errors: '> 5%'}", "api.errors: '> 5%' asks for more"),
        ("api: {errors: <= 0%}", "api.errors: '<= 0%' can never be shown"),
        ("resources: {cpu: < 70}", "resources.cpu: '70' has no unit; write it as 70%"),
        ("resources: {memory: 80}", "resources.memory: '80' does not begin with < or <=; write it as '< 80%'"),
        ("resources: {disk_util: < 80}", "resources.disk_util: '80' has no unit; write it as 80%"),
        ("resources: {disk_await: < 20}", "resources.disk_await: '20' has no unit; write it as 20ms or 20s"),
        ("resources: {disk_utl: < 80%}", "resources.disk_utl: unknown key; did you mean disk_util?"),
        ("resources: {cpu: {p95: < 70%, pass: < 70%}}", "resources.cpu.p95: unknown key; here can stand pass, warn"),
        ("resources: {disk: norml}", "resources.disk: 'norml' is not understood here; it can be 'normal'"),
        ("api: {latency: {p95: < 1s, p95.0: < 9s}}", "api.latency: p95.0 is p95 once more; keep one of them"),
        ("api: {latency: {p99.90: < 1s, p99.9: < 9s}}", "api.latency: p99.9 is p99.90 once more; keep one of them"),
        (
            "api: {errors: 0.01}",
            "api.errors: '0.01' does not begin with < or <=; write it as '< 1%' if you mean 1 in 100, or as '< 0.01%'",
        ),
        ("api: {errors: < 0.01}", "api.errors: '0.01' has no unit; write it as '1%' if you mean 1 in 100"),
        # shapes
        ("api: {latency: < 500ms}", "api.latency: '< 500ms' stands where a mapping is needed"),
        ("api: {latency: [p95]}", "api.latency: ['p95'] stands where a mapping is needed"),
        ("api: {latency: {}}", "api.latency: this must not be empty"),
        ("api: fast", "api: 'fast' stands where a mapping is needed"),
        ("api: [1]", "api: [1] stands where a mapping is needed"),
        ("web: 1.5", "web: 1.5 stands where a mapping is needed"),
        ("api: {endpoints: [a], errors: < 1%}", "api.endpoints: ['a'] stands where a mapping is needed"),
        ("web: {pages: [home], lcp: < 1s}", "web.pages: ['home'] stands where a mapping is needed"),
        (
            "api: {errors: < 1%, endpoints: {GET /a: ingore}}",
            "api.endpoints[\"GET /a\"]: 'ingore' is not understood here; write ignore",
        ),
        ("api: {errors: < 1%, endpoints: {GET /a: 5}}", 'api.endpoints["GET /a"]: 5 stands where a mapping is needed'),
        (
            "api: {errors: < 1%, endpoints: {GET /a: {ignore: 5}}}",
            'api.endpoints["GET /a"].ignore: 5 cannot stand here',
        ),
        (
            "api: {errors: < 1%, endpoints: {GET /a: {ignore: yes, errors: < 5%}}}",
            'api.endpoints["GET /a"]: an endpoint that is ignored has no objectives',
        ),
        # endpoints
        (
            'api: {errors: < 1%, endpoints: {"(no answer)": ignore}}',
            "api.endpoints[\"(no answer)\"]: '(no answer)' stands for requests that failed before they had a name",
        ),
        (
            'api: {errors: < 1%, endpoints: {"(a task that raised)": {errors: < 5%}}}',
            "api.endpoints[\"(a task that raised)\"]: '(a task that raised)' stands for requests that failed",
        ),
        (
            "api: {errors: < 1%, endpoints: {/x: ignore}}",
            'api.endpoints["/x"]: \'/x\' has no method, as Locust reports an endpoint; did you mean "GET /x"?',
        ),
        (
            "api: {errors: < 1%, endpoints: {get /x: ignore}}",
            'api.endpoints["get /x"]: \'get /x\' has its method in small letters; did you mean "GET /x"?',
        ),
        (
            "api: {errors: < 1%, endpoints: {Post /x y: ignore}}",
            'api.endpoints["Post /x y"]: \'Post /x y\' has its method in small letters; did you mean "POST /x y"?',
        ),
        # unknown keys
        ("api: {lateny: {p95: < 1s}, errors: < 1%}", "api.lateny: unknown key; did you mean latency?"),
        (
            "api: {errors: < 1%, throughput: 1}",
            "api.throughput: unknown key; here can stand latency, errors, endpoints",
        ),
        (
            'api: {errors: < 1%, endpoints: {"GET /x": {latncy: {p95: < 1s}}}}',
            'api.endpoints["GET /x"].latncy: unknown key; did you mean latency?',
        ),
        (
            "web: {speed: < 1s, lcp: < 1s}",
            "web.speed: unknown key; here can stand fcp, lcp, tti, tbt, cls, inp, ttfb, page_bytes, js_bytes,",
        ),
        ("web: {ttbf: < 1s, lcp: < 1s}", "web.ttbf: unknown key; did you mean ttfb?"),
        ("web: {js_byte: < 1MB}", "web.js_byte: unknown key; did you mean js_bytes?"),
        ("web: {image_bytes: < 500}", "web.image_bytes: '500' has no unit; write it as 500kB or 500B"),
        ("web: {js_bytes: < 300KB}", "web.js_bytes: '300KB' has the unknown unit 'KB'; did you mean 'kB'?"),
        ("web: {cls: < 0.1s}", "web.cls: '0.1s' is a duration, and a score is needed here, such as 0.1"),
        ("web: {cls: 0.1}", "web.cls: '0.1' does not begin with < or <=; write it as '< 0.1'"),
        ("web: {requests: 60}", "web.requests: '60' does not begin with < or <=; write it as '< 60'"),
        ("web: {requests: < 60 requests}", "web.requests: '60 requests' has the unit 'requests', and a count has none"),
        ("web: {tbt: < 200}", "web.tbt: '200' has no unit; write it as 200ms or 200s"),
        (
            "web: {lcp: < 1s, pages: {cart: {requests: {pass: < 60, warn: < 60}}}}",
            "web.pages.cart.requests: warn (< 60) must be tighter than pass (< 60), or it can never show",
        ),
    ],
)
def test_a_wrong_objective(line: str, message: str) -> None:
    assert any(seen.startswith(f"slo.yaml:4: {message}") for seen in complaints(GOOD.replace(API, line)))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("profiles: {}", "profiles: this must not be empty"),
        ("profiles: [smoke]", "profiles: ['smoke'] stands where a mapping is needed"),
        ("profiles: {smoke: {max_users: 5}}", "profiles.smoke: max_users bounds an open load; give rate or stages too"),
        (
            "profiles: {smoke: {rate: 2/s, users: 5}}",
            "profiles.smoke: give one of rate (such as 50/s), stages and users (such as 50), and no other",
        ),
        ("profiles: {smoke: {rat: 2/s, users: 5}}", "profiles.smoke.rat: unknown key; did you mean rate?"),
        ("profiles: {smoke: {rate: 50}}", "profiles.smoke.rate: '50' has no unit; write it as 50/s"),
        (
            "profiles: {smoke: {rate: 50rps}}",
            "profiles.smoke.rate: '50rps' has the unknown unit 'rps'; did you mean '/s'?",
        ),
        ("profiles: {smoke: {rate: yes}}", "profiles.smoke.rate: True cannot stand here; write it as '50/s'"),
        ("profiles: {smoke: {rate: 0/s}}", "profiles.smoke: a rate of 0/s cannot be made"),
        ("profiles: {smoke: {rate: 10000000/s}}", "profiles.smoke: a rate of 1e+07/s cannot be made"),
        ("profiles: {smoke: {users: 0}}", "profiles.smoke.users: 0 cannot stand here: it must be greater than"),
        ("profiles: {smoke: {users: 1.5}}", "profiles.smoke.users: 1.5 is not a whole number"),
        ("profiles: {smoke: {users: yes}}", "profiles.smoke.users: True is not a whole number"),
        ("profiles: {smoke: {users: many}}", "profiles.smoke.users: 'many' is not a whole number"),
        ("profiles: {smoke: {rate: 2/s, page_loads: on}}", "profiles.smoke.page_loads: True is not a whole number"),
        ("profiles: {smoke: {rate: 2/s, duration: 60}}", "profiles.smoke.duration: '60' has no unit"),
        ("profiles: {smoke: {rate: 2/s, duration: 0s}}", "profiles.smoke: the duration must be longer than 0s"),
        ("profiles: {smoke: {rate: 2/s, duration: -5s}}", "profiles.smoke.duration: '-5s' is not a duration"),
        (
            "profiles: {smoke: {rate: 2/s, warmup: {}}}",
            "profiles.smoke.warmup: {} cannot stand here; write it as '30s'",
        ),
        (
            "profiles: {smoke: {rate: 2/s, pages: home}}",
            "profiles.smoke.pages: 'home' stands where a list is needed; write it as [home]",
        ),
        (
            "profiles: {smoke: {rate: 2/s, browser: safari}}",
            "profiles.smoke.browser: 'safari' is not understood here; it can be 'chromium', 'firefox' or 'webkit'",
        ),
        ("profiles: {smoke: {rate: 2/s, pages: []}}", "profiles.smoke.pages: this must not be empty"),
        ("profiles: {smoke: {rate: 2/s, pages: [1]}}", "profiles.smoke.pages[0]: 1 is not text; put it in quotes"),
        (
            "profiles: {smoke: {rate: 2/s, inconclusive: no}}",
            "profiles.smoke.inconclusive: False is not understood here",
        ),
        ("profiles: {smoke: {rate: 2/s, arrivals: fixed}}", "it can be 'poisson' or 'uniform'"),
        (
            "profiles: {smoke: {rate: 2/s, when: busy}}",
            "profiles.smoke.when: 'busy' is not understood here; it can be 'idle', 'loaded' or 'both'",
        ),
        ("profiles: {smoke: {stages: []}}", "profiles.smoke.stages: this must not be empty"),
        ("profiles: {smoke: {stages: [{hold: 5s}]}}", "the first stage has no rate to hold"),
        ("profiles: {smoke: {stages: [{to: 5/s}]}}", "the stages last 0 s"),
        ("profiles: {smoke: {stages: [{to: 5/s, over: 9s}], warmup: 9s}}", "nothing is left to judge"),
        ("profiles: {smoke: {stages: [{to: 5/s, over: 9s}], duration: 9s}}", "leave duration out"),
        ("profiles: {smoke: {stages: [{to: 5/s, hold: 9s}]}}", "a stage is either"),
        ("profiles: {smoke: {stages: [{hold: 9s, over: 3s}]}}", "over belongs to a ramp"),
        ("profiles: {smoke: {stages: [{to: 5}]}}", "has no unit; write it as 5/s"),
        ("profiles: {smoke: {stages: [{to: 0/s, over: 9s}]}}", "no arrival is planned"),
        ("profiles: {smoke: {stages: [{to: 9000000/s, over: 9s}]}}", "cannot be made"),
        ("profiles: {smoke: {rate: 5/s, stages: [{to: 5/s, over: 9s}]}}", "give one of rate"),
        ("profiles: {smoke: {users: 5, max_users: 9}}", "max_users bounds an open load"),
        ("profiles: {smoke: {rate: 5/s, abort: always}}", "profiles.smoke.abort: 'always' is not understood"),
        (f"{PROFILES}\npolicy: {{confidence: 100%}}", "policy.confidence: a confidence of 1 is of no use here"),
        (f"{PROFILES}\npolicy: {{confidence: 0.95}}", "policy.confidence: '0.95' has no unit; write it as '95%' if"),
        (f"{PROFILES}\npolicy: {{inconclusive: maybe}}", "policy.inconclusive: 'maybe' is not understood here"),
        (f"{PROFILES}\npolicy: strict", "policy: 'strict' stands where a mapping is needed"),
        (f"{PROFILES}\nthresholds: {{}}", "thresholds: unknown key; did you mean api?"),
        (f"{PROFILES}\npages: {{}}", "pages: unknown key; did you mean web?"),
        (f"{PROFILES}\nsystem: {{}}", "system: unknown key; did you mean resources?"),
        (f"{PROFILES}\nhost: {{}}", "host: say who tells of the host, and only one: node_exp"),
        (
            f"{PROFILES}\nhost: {{cpu: < 70%}}",
            "host.cpu: unknown key; here can stand node_exporter, prometheus",
        ),
        (
            f"{PROFILES}\nhost: {{node_exportr: http://x}}",
            "host.node_exportr: unknown key; did you mean node_exporter?",
        ),
        (f"{PROFILES}\nhost: {{prometheus: http://x, node_exporter: http://x}}", "host: say who tells of the host"),
        (f"{PROFILES}\nhost: {{prometheus: 'http://x'}}", "host: prometheus and instance belong together"),
        (
            f"{PROFILES}\nhost: {{node_exporter: http://x, instance: x}}",
            "host: prometheus and instance belong together",
        ),
        (f"{PROFILES}\nhost: {{prometheus: 'x:9090', instance: x}}", "write it as http://prometheus:9090"),
        (f"{PROFILES}\nhost: {{prometheus: http://x, instance: 5}}", "host.instance: 5 is not text; put it in quotes"),
        (f"{PROFILES}\nhost: http://x:9100", "host: 'http://x:9100' stands where a mapping is needed"),
        (f"{PROFILES}\nhost: {{node_exporter: 'x:9100'}}", "write it as http://10.0.0.5:9100/metrics"),
        (
            f"{PROFILES}\nhost: {{node_exporter: 'http://u:p@x'}}",
            "host.node_exporter: credentials stand in this address",
        ),
        (f"{PROFILES}\nhost: {{node_exporter: '${{GONE}}'}}", "host.node_exporter: the variable GONE is not set"),
        (f"{PROFILES}\nallowed_hosts: x", "allowed_hosts: 'x' stands where a list is needed; write it as [x]"),
        (f"{PROFILES}\nallowed_hosts: [1]", "allowed_hosts[0]: 1 is not text; put it in quotes"),
        (f"{PROFILES}\nfoo: 1", "foo: unknown key; here can stand version, service, targets,"),
        (f"{PROFILES}\n? [a]\n: 1", "a key must be plain text"),
    ],
)
def test_a_wrong_profile_policy_or_section(line: str, message: str) -> None:
    seen = complaints(GOOD.replace(PROFILES, line))
    assert any(message in item for item in seen), seen
    assert all(item.startswith(("slo.yaml:5: ", "slo.yaml:6: ")) for item in seen)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("{}", "targets: name the target: targets: {api: http://127.0.0.1:8710}"),
        ("http://x", "targets: 'http://x' stands where a mapping is needed"),
        ("{aip: http://x}", "targets.aip: unknown key; did you mean api?"),
        ("{api: 'localhost:80'}", "targets.api: 'localhost:80' is not a web address; write it as http://host:port"),
        ("{api: 'ftp://x'}", "targets.api: 'ftp://x' is not a web address"),
        ("{api: 'http://'}", "targets.api: 'http://' is not a web address"),
        ("{api: 'http://[::1'}", "targets.api: 'http://[::1' is not a web address"),
        ("{api: 'http://x y'}", "targets.api: 'http://x y' is not a web address"),
        ("{api: 'http://x:99999'}", "targets.api: 'http://x:99999' has a port that is not a number from 0 to 65535"),
        ("{api: 'http://x:http'}", "targets.api: 'http://x:http' has a port"),
        ("{api: 8710}", "targets.api: 8710 is not text; put it in quotes"),
        ("{api: ''}", "targets.api: '' is not a web address"),
        ("{api: '${GONE}'}", "targets.api: the variable GONE is not set; export it, or give a default: ${GONE:-value}"),
        ("{api: '${GONE'}", "targets.api: '${GONE' opens a variable that is not of the form"),
    ],
)
def test_wrong_targets_matter_to_a_run_and_not_to_a_judgement(targets: str, message: str) -> None:
    text = GOOD.replace(TARGETS, f"targets: {targets}")
    [seen] = complaints(text)
    assert seen.startswith(f"slo.yaml:3: {message}")
    assert load(text.encode(), "slo.yaml", {}, targets_needed=False).slo.objectives()


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        (API, f"{API}\nweb:", "web"),
        (API, "api:", "api"),
        (API, "api: {latency: {p95: < 1s}, errors: }", "api.errors"),
        (API, "api: {latency: , errors: < 1%}", "api.latency"),
        (API, "api: {latency: {p95: }}", "api.latency.p95"),
        (API, "api: {errors: {pass: < 1%, warn: }}", "api.errors.warn"),
        (API, "api: {errors: < 1%, endpoints: {GET /a: }}", 'api.endpoints["GET /a"]'),
        (API, "web: {lcp: < 1s, pages: {home: }}", "web.pages.home"),
        (API, "web: {lcp: < 1s, fcp: ~}", "web.fcp"),
        ("version: 1", "version:", "version"),
        ("service: shop", "service:", "service"),
        ("{rate: 2/s}", "{rate: , users: 5}", "profiles.smoke.rate"),
        ("{rate: 2/s}", "{rate: 2/s, pages: [home, ]}", None),
        (PROFILES, f"{PROFILES}\npolicy:", "policy"),
        (TARGETS, f"{TARGETS[:-1]}, web: }}", "targets.web"),
    ],
)
def test_a_key_that_is_left_empty_does_not_vanish(before: str, after: str, path: str | None) -> None:
    text = GOOD.replace(before, after)
    if path is None:
        assert read(text).slo.profiles["smoke"].pages == ["home"]
        return
    assert any(f" {path}: there is no value here; give one, or take the key out" in seen for seen in complaints(text))


def test_all_problems_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = """\
version: 2
servce: shop
targets: {api: "${GONE}"}
api:
  latency: {p59: < 5ms, p95: 500, p95: 400}
  errors: {p95: < 1%}
web: {fcp: }
resources: [cpu]
profiles:
  smoke: {rate: 5}
  launch: {rate: 5/s, duration: 5x}
"""
    seen = [":".join(item.split(":")[1:3]) for item in complaints(text)]
    assert seen == [
        "1: service",
        "1: version",
        "2: servce",
        "3: targets.api",
        "5: api.latency.p59",
        "5: api.latency.p95",
        "6: api.errors",
        "7: web.fcp",
        "8: resources",
        "10: profiles.smoke.rate",
        "11: profiles.launch.duration",
    ]


@pytest.mark.parametrize("version", ["yes", "true", "on"])
def test_a_boolean_is_no_version(version: str) -> None:
    [seen] = complaints(GOOD.replace("version: 1", f"version: {version}"))
    assert seen == "slo.yaml:1: version: True is not a whole number"


def test_endpoints_of_another_protocol_have_its_word_for_a_method() -> None:
    file = read(GOOD.replace(API, "api: {errors: < 1%, endpoints: {gRPC /shop.Cart/Add: ignore, sql orders: ignore}}"))
    assert file.slo.ignored_endpoints() == {"gRPC /shop.Cart/Add", "sql orders"}


@pytest.mark.parametrize(
    "address",
    ["http://bob:hunter22@x", "http://t0ken4711@x", "http://${USER}:hunter22@x", "http://bob:${P:-hunter22}@x"],
)
def test_credentials_do_not_stand_in_the_file_that_every_run_folder_keeps(address: str) -> None:
    text = GOOD.replace(TARGETS, f'targets: {{web: "{address}"}}')
    [seen] = complaints(text, USER="bob")
    assert seen.startswith("slo.yaml:3: targets.web: credentials stand in this address")
    assert '"${SHOP_URL}"' in seen
    assert "hunter22" not in seen
    assert load(text.encode(), "slo.yaml", {"USER": "bob"}, targets_needed=False).slo.objectives()  # of an old run


@pytest.mark.parametrize("address", ["${SHOP_URL}", "http://bob:${PW}@x", "http://${USER}:${PW}@x", "http://${USER}@x"])
def test_credentials_may_come_from_variables(address: str) -> None:
    text = GOOD.replace(TARGETS, f'targets: {{api: "{address}"}}')
    file = read(text, SHOP_URL="http://bob:hunter22@x", USER="bob", PW="hunter22")
    assert file.slo.targets.api is not None
    assert "@x" in file.slo.targets.api
    assert "hunter22" not in file.text


def test_a_file_that_is_too_large_is_told_as_that_wherever_it_was_cut() -> None:
    content = (GOOD + "# " + "é" * 600_000).encode()[: MAX_BYTES + 1]
    [seen] = complaints(content)
    assert seen == "slo.yaml:1: the file is larger than 1,000,000 bytes, which no SLO needs"


def test_a_duplicate_objective_is_a_problem_and_not_the_last_one_wins() -> None:
    [seen] = complaints(GOOD + "api: {latency: {p95: < 9s}}\n")
    assert seen == "slo.yaml:6: api: this key already stands in line 4; keep one of them"


def test_no_objective_is_a_problem() -> None:
    [seen] = complaints(GOOD.replace(API, "api: {}"))
    assert "there is no objective in api, web or resources, so no run could ever pass" in seen


def test_a_value_that_fills_the_screen_is_cut() -> None:
    [seen] = complaints(GOOD.replace("service: shop", f"service: [{'x, ' * 5000}]"))
    assert len(seen) < 600


def test_a_problem_is_told_where_an_anchor_has_it() -> None:
    text = GOOD.replace(API, "api:\n  latency: &l\n    p95: 500\n  endpoints: {GET /a: {latency: *l}}")
    assert [item.split(" ")[0] for item in complaints(text)] == ["slo.yaml:6:", "slo.yaml:6:"]


# Variables


def test_variables_in_limits_profiles_and_names() -> None:
    text = GOOD.replace("< 500ms", '"< ${P95:-500ms}"').replace("2/s", '"${RATE}"').replace("shop", "'${NAME} ${NAME}'")
    file = read(text, RATE="7/s", NAME="a: {b}\n# c")
    assert limit(file) == "< 500ms"
    assert file.slo.profiles["smoke"].rate == 7.0
    assert file.slo.service == "a: {b}\n# c a: {b}\n# c"  # a value is text, and cannot add structure
    assert limit(read(text, RATE="7/s", NAME="x", P95="1s")) == "< 1s"
    assert limit(read(text, RATE="7/s", NAME="x", P95="")) == "< 500ms"


def test_a_number_may_come_from_a_variable() -> None:
    assert read(GOOD.replace("rate: 2/s", 'users: "${USERS}"'), USERS="12").slo.profiles["smoke"].users == 12


def test_a_variable_with_a_wrong_value_is_told_with_the_value() -> None:
    [seen] = complaints(GOOD.replace("< 500ms", '"${P95}"'), P95="fast")
    assert seen.startswith("slo.yaml:4: api.latency.p95: 'fast' does not begin with < or <=")


def test_a_variable_that_is_not_set_is_told_once_wherever_it_stands() -> None:
    text = (
        GOOD.replace("< 500ms", '"${L}"').replace("shop", "${S}").replace("2/s", "'${R}'") + 'allowed_hosts: ["${H}"]\n'
    )
    assert [item.split(": the variable")[0] for item in complaints(text)] == [
        "slo.yaml:2: service",
        "slo.yaml:4: api.latency.p95",
        "slo.yaml:5: profiles.smoke.rate",
        "slo.yaml:6: allowed_hosts[0]",
    ]


def test_a_key_is_no_place_for_a_variable() -> None:
    [seen] = complaints(GOOD.replace("p95", '"${STATISTIC}"'), STATISTIC="p95")
    assert seen.startswith('slo.yaml:4: api.latency["${STATISTIC}"]: ')


def test_to_judge_neither_targets_nor_hosts_need_their_variables_but_objectives_do() -> None:
    text = GOOD.replace(TARGETS, 'targets: "${T}"') + 'allowed_hosts: ["${H}"]\nhost: {node_exporter: "${E}"}\n'
    assert limit(load(text.encode(), "slo.yaml", {}, targets_needed=False)) == "< 500ms"
    [seen] = complaints(text.replace("< 500ms", '"${L}"'), targets_needed=False)
    assert seen.startswith("slo.yaml:4: api.latency.p95: the variable L is not set")


def test_what_the_objectives_depend_on_is_kept_and_what_the_targets_depend_on_is_not() -> None:
    text = GOOD.replace("< 500ms", '"< ${P95:-500ms}"').replace("127.0.0.1:1", "${USER}:${SECRET}@h")
    text += 'allowed_hosts: ["${HOST}"]\nhost: {node_exporter: "${EXPORTER}"}\n'
    file = read(text, P95="1s", USER="u", SECRET="s3cret", HOST="h", EXPORTER="http://u:s3cret@h:9100")
    assert file.judging_variables == {"P95": "1s"}
    assert file.text == text


def test_a_default_that_held_at_the_run_holds_at_a_later_judgement() -> None:
    text = GOOD.replace("< 500ms", '"< ${P95:-500ms}"')
    kept = read(text).judging_variables
    elsewhere = {"P95": "9h", **kept}
    assert limit(load(text.encode(), "slo.yaml", elsewhere, targets_needed=False)) == "< 500ms"


def test_written_targets_are_those_of_the_file_whatever_the_environment_says() -> None:
    text = GOOD.replace("http://127.0.0.1:1", "${API:-http://127.0.0.1:8710}")
    file = read(text, API="http://stranger.example")
    assert file.slo.targets.api == "http://stranger.example"
    assert (file.written_targets, file.written_hosts) == (["http://127.0.0.1:8710"], [])


def test_so_are_written_hosts() -> None:
    file = read(GOOD + 'host: {node_exporter: "${E:-http://10.0.0.5:9100}"}\n', E="http://stranger.example/x")
    assert file.slo.host is not None
    assert file.slo.host.addresses == ("http://stranger.example/x",)
    assert file.written_hosts == ["http://10.0.0.5:9100"]


@pytest.mark.parametrize("when", ["loaded", "both"])
def test_pages_under_load_take_a_load(when: str) -> None:
    profiles = f"profiles:\n  smoke: {{rate: 2/s}}\n  full: {{rate: 2/s, when: {when}}}"
    web = GOOD.replace(API, "web: {lcp: < 2s}").replace(PROFILES, profiles)
    [seen] = complaints(web)
    assert seen.startswith(f"slo.yaml:7: profiles.full.when: {when} measures pages while the load holds, and without")
    assert "when: idle" in seen
    assert read(web.replace("web:", "api: {errors: < 1%}\nweb:")).slo.profiles["full"].when == when
    assert read(web.replace(f", when: {when}", ", when: idle")).slo.profiles["full"].when == "idle"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "api: {latency: {p95: {pass: < 500ms, vs_baseline: 10%}}}",
            "slo.yaml:4: api.latency.p95.vs_baseline: '10%' does not say how much worse",
        ),
        (
            "api: {errors: {pass: < 1%, vs_baseline: <= +5ms}}",
            "slo.yaml:4: api.errors.vs_baseline: '5ms' is a duration, and a ratio is needed here",
        ),
        ("web: {cls: {pass: < 0.1, vs_baselin: <= +5%}}", "slo.yaml:4: web.cls.vs_baselin: unknown key; did you mean"),
        ("web: {lcp: {vs_baseline: <= +5%}}", "slo.yaml:4: web.lcp.pass: this key is missing"),
    ],
)
def test_a_wrong_vs_baseline(section: str, message: str) -> None:
    (found,) = complaints(GOOD.replace(API, section))
    assert found.startswith(message)


def test_vs_baseline_may_hold_a_variable_and_stand_on_any_objective() -> None:
    section = """\
api:
  latency: {p95: {pass: < 500ms, warn: < 400ms, vs_baseline: "<= ${MOST:-+10%}"}}
  errors: {pass: < 1%, vs_baseline: <= +20%}
web: {cls: {pass: < 0.1, vs_baseline: <= +5%}, js_bytes: {pass: < 1MB, vs_baseline: <= +5%}}
resources: {cpu: {pass: < 70%, vs_baseline: <= +5%}}"""
    allowances = [item.vs_baseline for item in read(GOOD.replace(API, section)).slo.objectives()]
    assert [item.text for item in allowances if item] == ["<= +10%", "<= +20%", "<= +5%", "<= +5%", "<= +5%"]
