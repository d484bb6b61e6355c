"""A lean HTTP/1.1 client for Locust users: gevent's event loop, llhttp's parser, and nothing done before it is needed.

`user.py` and `session.py` are what a scenario sees. Below them: `client.py` (one call), `exchange.py` (one request),
`connection.py` (one socket). Only `user.py`, `session.py` and `checked.py` know Locust.
"""
