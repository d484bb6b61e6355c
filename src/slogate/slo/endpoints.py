"""How an endpoint is called: as Locust reports it, the method and the name of the request.

A key of slo.yaml that no request can ever have is refused: an objective on it could not be judged, and an `ignore` on
it would hide nothing, or what must not be hidden.
"""

NO_ANSWER = "(no answer)"  # the endpoint of a request whose answer never came, so that Locust never named it
RAISED = "(a task that raised)"  # of an iteration that an exception ended, of which Locust tells no request

_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


def endpoint_name(text: str) -> str:
    """`text`, if a request can have it as its endpoint; raises `ValueError` else.

    Clients of other protocols choose their own word in the place of the method (`gRPC Foo`), so any is taken but one
    of HTTP's in the wrong case.
    """
    if text in {NO_ANSWER, RAISED}:
        raise ValueError(
            f"{text!r} stands for requests that failed before they had a name; any of them may be of any endpoint, so "
            "they always count, and nothing can be said of them alone"
        )
    method, space, name = text.strip().partition(" ")
    if not name.strip() and method.upper() in _METHODS:
        raise ValueError(f'{text!r} is a method alone; write the endpoint with its path, such as "{method.upper()} /"')
    if not space:
        raise ValueError(f'{text!r} has no method, as Locust reports an endpoint; did you mean "GET {text.strip()}"?')
    if method not in _METHODS and method.upper() in _METHODS:
        raise ValueError(f'{text!r} has its method in small letters; did you mean "{method.upper()} {name.strip()}"?')
    return text
