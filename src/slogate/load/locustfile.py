"""What Locust is given beside a team's own locustfiles: it installs slogate's plugin and defines no user."""

from slogate.load.plugin import install

install()
