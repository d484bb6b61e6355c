"""How many users each generator has of each class."""

from dataclasses import dataclass

import pytest

from slogate.load.crowd import Dispatch, users_of_a_closed_load, users_of_an_open_load


@dataclass
class Kind:
    __name__: str
    weight: float = 1
    fixed_count: int = 0


@dataclass
class Node:
    id: str


A, B, RARE = Kind("A", 6), Kind("B", 3), Kind("Rare", 0.01)


@pytest.mark.parametrize(
    ("classes", "most", "generators", "users"),
    [
        ([A, B], 90, 1, {"A": 60, "B": 30}),
        ([A, B], 90, 3, {"A": 40, "B": 20}),  # one can take over what another had to do
        ([A, RARE], 100, 1, {"A": 100, "Rare": 2}),
        ([A, RARE], 1, 1, {"A": 1, "Rare": 1}),
        ([A], 1, 1, {"A": 1}),
        ([A, Kind("Off", 0)], 10, 1, {"A": 10, "Off": 0}),
    ],
)
def test_an_open_load(classes: list[Kind], most: int, generators: int, users: dict[str, int]) -> None:
    assert users_of_an_open_load(classes, most, generators) == users


@pytest.mark.parametrize("generators", [1, 2, 3, 7])
@pytest.mark.parametrize("users", [1, 5, 9, 100])
def test_a_closed_load_has_as_many_users_as_it_says(users: int, generators: int) -> None:
    parts = [users_of_a_closed_load([A, B], users, index, generators) for index in range(generators)]
    assert sum(sum(part.values()) for part in parts) == users
    assert max(sum(part.values()) for part in parts) - min(sum(part.values()) for part in parts) <= 1
    if users == 9:
        assert sum(part["A"] for part in parts) == 6


def test_fixed_counts_come_first() -> None:
    classes = [A, Kind("Monitor", 1, fixed_count=2)]
    assert users_of_a_closed_load(classes, 10, 0, 1) == {"A": 8, "Monitor": 2}
    assert users_of_a_closed_load(classes, 1, 0, 1) == {"A": 0, "Monitor": 1}


def test_one_that_joins_a_closed_load_late_has_none() -> None:
    assert sum(users_of_a_closed_load([A, B], 10, 2, 2).values()) == 0


def test_locust_gets_one_distribution_each_time_it_asks() -> None:
    admitted = {"w1": {"A": 3}}
    dispatch = Dispatch(lambda node: admitted.get(node, {}), [Node("w1"), Node("w2")], [A, B])
    assert list(dispatch) == []
    dispatch.new_dispatch(3, 100)
    assert list(dispatch) == [{"w1": {"A": 3, "B": 0}, "w2": {"A": 0, "B": 0}}]
    assert list(dispatch) == []
    dispatch.remove_worker(Node("w2"))
    dispatch.add_worker(Node("w3"))
    admitted["w3"] = {"B": 1}
    dispatch.new_dispatch(4, 100)
    assert list(dispatch) == [{"w1": {"A": 3, "B": 0}, "w3": {"A": 0, "B": 1}}]
