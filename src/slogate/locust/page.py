"""The verdict in Locust's web interface: a tab with the objectives, and the whole report at /slogate, while a test runs
and after it.
"""

import json
from typing import Any

import flask  # which Locust's own interface is made with
import gevent

from slogate.locust.live import LiveVerdict
from slogate.locust.run import Run
from slogate.report import html

_REFRESH_S = 5
_KEY = "slogate"
_COLUMNS = ("state", "objective", "measured", "interval", "limit", "evidence")


class Page:
    """slogate's part of one `web_ui` of Locust."""

    def __init__(self, web_ui: Any, base_path: str) -> None:
        self._live = LiveVerdict()
        self._refreshing: Any = None
        self._path = f"{base_path}/slogate"
        self._stats_path = f"{base_path}/stats/requests"
        pages = flask.Blueprint("slogate", __name__, url_prefix=base_path or None)
        for rule, view in (("/slogate", self._report), ("/slogate/verdict.json", self._document)):
            pages.add_url_rule(rule, view.__name__, web_ui.auth_required_if_enabled(view))
        web_ui.app.register_blueprint(pages)
        web_ui.app.after_request(self._add_to_statistics)
        web_ui.template_args |= {
            "extended_tabs": [*web_ui.template_args.get("extended_tabs", []), {"title": "SLO", "key": _KEY}],
            "extended_tables": [
                *web_ui.template_args.get("extended_tables", []),
                {
                    "key": _KEY,
                    "structure": [{"key": name, "title": name.capitalize()} for name in _COLUMNS],
                },
            ],
        }

    def follow(self, run: Run) -> None:
        """A new test has begun."""
        self._live.follow(run)

    def _report(self) -> Any:
        view = self._live.view()
        text = html.render_waiting("Nothing is judged yet: that begins when all users of a test have been started.")
        answer = flask.Response(text if view is None else view["html"], mimetype="text/html")
        if view is None or view["document"]["run"]["state"] == "running":
            answer.headers["Refresh"] = str(_REFRESH_S)
        return answer

    def _document(self) -> Any:
        view = self._live.view()
        if view is None:
            answer = flask.jsonify(message="nothing is judged yet")
            answer.status_code, answer.headers["Retry-After"] = 503, str(_REFRESH_S)
            return answer
        return flask.Response(json.dumps(view["document"], indent=2) + "\n", mimetype="application/json")

    def _add_to_statistics(self, response: Any) -> Any:
        """The tab's rows ride on the statistics that Locust's page asks for; those must not wait for a judgement."""
        if flask.request.path != self._stats_path or not response.is_json:
            return response
        if self._refreshing is None or self._refreshing.ready():
            self._refreshing = gevent.spawn(self._live.view)
        statistics = response.get_json()
        others = [item for item in statistics.get("extended_stats", []) if item["key"] != _KEY]
        response.set_data(json.dumps({**statistics, "extended_stats": [*others, {"key": _KEY, "data": self._rows()}]}))
        return response

    def _rows(self) -> list[dict[str, str]]:
        view = self._live.latest()
        if view is None:
            return []
        whole, *objectives = view["rows"]
        rows = ({**whole, "evidence": f"{whole['evidence']}; the whole report is at {self._path}"}, *objectives)
        return [{**dict.fromkeys(_COLUMNS, ""), **row} for row in rows]
