from datetime import UTC, datetime, timedelta

import jwt
import pytest

from slogate.demo.tokens import InvalidTokenError, Tokens


def test_a_token_names_the_account_that_it_was_issued_to() -> None:
    tokens = Tokens()
    assert tokens.account_id(tokens.issue(17)) == 17


def test_tokens_of_others_are_refused() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    unsigned = jwt.encode({"sub": "17", "exp": later}, None, "none")
    for token in (Tokens().issue(17), unsigned, "", "a.b.c"):
        with pytest.raises(InvalidTokenError):
            Tokens().account_id(token)
