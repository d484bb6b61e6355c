"""The generators of a load as the conductor knows them: who is there, what share of the schedule each has, what each
has told, and what is missing of those that were lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from slogate.load.arrivals import Share, count_of
from slogate.load.messages import Final, Rows, Users
from slogate.load.plan import LoadPlan


@dataclass
class Member:
    """One generator. `id` is Locust's, `name` is what the tables call it. Times are seconds from the start of the
    load; `joined_s` is 0 for one that was there from the start, `lost_s` None for one that was not lost.
    """

    id: str
    name: str
    index: int
    about: Mapping[str, Any]
    admitted: bool = False
    is_waiting_for_a_share: bool = False
    users: Users | None = None
    shares: list[Share] = field(default_factory=list)
    joined_s: float = 0.0
    lost_s: float | None = None
    rows_told: int = 0
    rows_received: int = 0
    arrivals_told: int = 0
    final: Final | None = None

    @property
    def host(self) -> str:
        """The machine that it runs on."""
        return str(self.about.get("host", "?"))

    def heard(self, rows: Rows) -> None:
        """Counts what one message brought."""
        self.rows_told, self.arrivals_told = rows.rows_told, rows.arrivals_told
        self.rows_received += 0 if rows.batch is None else rows.batch.num_rows


class Members:
    """All generators that have said hello. With 0 `expected` there is one, in this process."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._members: dict[str, Member] = {}

    def add(self, sender: str, about: Mapping[str, Any]) -> Member:
        """A new one."""
        index = len(self._members)
        name = str(index + 1) if self._expected else "0"
        self._members[sender] = Member(sender, name, index, about)
        return self._members[sender]

    def get(self, sender: str) -> Member | None:
        """The one with this Locust id."""
        return self._members.get(sender)

    @property
    def admitted(self) -> list[Member]:
        """Those that have their plan."""
        return [member for member in self._members.values() if member.admitted]

    @property
    def living(self) -> list[Member]:
        """Those that have their plan and were not lost."""
        return [member for member in self.admitted if member.lost_s is None]

    def deal(self, from_s: float) -> Iterator[tuple[Member, Share]]:
        """Shares the schedule among the living that have their users, from then on."""
        sharing = [member for member in self.living if not member.is_waiting_for_a_share]
        for index, member in enumerate(sharing):
            share = Share(from_s, index, len(sharing))
            member.shares = [earlier for earlier in member.shares if earlier.from_s < from_s] + [share]
            yield member, share

    def account(self, plan: LoadPlan | None, window: tuple[float, float], planned: int | None) -> dict[str, Any]:
        """What the generators did, added up, and what is missing. `window` is the judged part of the schedule; without
        a `plan` there is none.
        """
        everyone = self.admitted
        finals = [member.final for member in everyone if member.final is not None]
        workers = [self._account_of(member, plan, window[1]) for member in everyone]
        # Of one that was lost nobody knows how many it started; those that it told of are rows.
        lost = sum(worker["arrivals_started"] or 0 for worker in workers if worker["state"] == "lost")
        started = sum(final.started_arrivals for final in finals) + lost
        return {
            "rows_sent": sum(
                member.rows_told if member.final is None else member.final.rows_told for member in everyone
            ),
            "started_arrivals": None if planned is None else started,
            "without_request": sum(final.without_request for final in finals),
            "unfinished": sum(final.unfinished for final in finals),
            "failed_users": sum(final.failed_users for final in finals),
            "first_error": next((final.first_error for final in finals if final.first_error), ""),
            "unrecorded": sum(final.unrecorded for final in finals),
            "ended_users": sum(final.ended_users for final in finals),
            "own_error": next((final.own_error for final in finals if final.own_error), ""),
            "listener_error": next((final.listener_error for final in finals if final.listener_error), ""),
            "refused_hosts": sorted({host for final in finals for host in final.refused_hosts}),
            "workers": workers,
        }

    def _account_of(self, member: Member, plan: LoadPlan | None, end_s: float) -> dict[str, Any]:
        missing = started = 0
        if member.final is None:
            lost_s = end_s if member.lost_s is None else member.lost_s
            # Until others took its share over: it was lost before anybody noticed.
            until_s = min([end_s, *(share.from_s for share in self._shares_after(lost_s))])
            if plan is not None and (rates := plan.rate_plan) is not None:
                shares = member.shares
                missing = count_of(rates, plan.arrivals, plan.seed, shares, 0.0, until_s) - member.arrivals_told
                judged = count_of(rates, plan.arrivals, plan.seed, shares, plan.warmup_s, until_s)
                started = max(0, judged - max(0, missing))
        return {
            "name": member.name,
            "host": member.host,
            "pid": member.about.get("pid"),
            "open_files_limit": member.about.get("open_files_limit"),
            "ports": member.about.get("ports"),
            "state": "finished" if member.final is not None else "lost",
            "joined_s": round(member.joined_s, 3),
            "lost_s": None if member.lost_s is None else round(member.lost_s, 3),
            "rows_told": member.rows_told if member.final is None else member.final.rows_told,
            "rows_received": member.rows_received,
            "arrivals_started": started if member.final is None else member.final.started_arrivals,
            "arrivals_missing": max(0, missing),
        }

    def _shares_after(self, time_s: float) -> list[Share]:
        return [share for other in self.living for share in other.shares if share.from_s >= time_s]
