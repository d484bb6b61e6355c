from slogate.demo.passwords import MATCHES_NOTHING, hash_password, matches


def test_only_the_right_password_matches() -> None:
    stored = hash_password("harbour", b"salt")
    assert matches("harbour", stored)
    assert not matches("harbor", stored)
    assert not matches("", stored)
    assert not matches("", MATCHES_NOTHING)


def test_the_salt_changes_the_hash_and_the_password_is_not_in_it() -> None:
    assert hash_password("harbour", b"salt") != hash_password("harbour", b"pepper")
    assert "harbour" not in hash_password("harbour", b"salt")
