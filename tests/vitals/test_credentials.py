import pytest

from slogate.errors import ConfigError
from slogate.vitals.credentials import CredentialNames, Credentials

NAMES = CredentialNames("SHOP_USER", "SHOP_WORD")


def test_the_values_are_those_of_the_environment() -> None:
    assert NAMES.read({"SHOP_USER": "kim", "SHOP_WORD": ""}) == Credentials("kim", "")


@pytest.mark.parametrize("missing", ["SHOP_USER", "SHOP_WORD"])
def test_a_variable_that_is_not_set_is_named(missing: str) -> None:
    environ = {"SHOP_USER": "kim", "SHOP_WORD": "hunter2-hunter2"}
    del environ[missing]
    with pytest.raises(ConfigError, match=f"{missing}, which is not set") as caught:
        NAMES.read(environ)
    assert "hunter2" not in str(caught.value)


def test_a_password_shows_nowhere() -> None:
    assert "hunter2" not in repr(Credentials("kim", "hunter2-hunter2"))
