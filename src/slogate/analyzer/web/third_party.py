"""Who is a third party to a page: a request whose host belongs to another site than the page does.

A site is a *registrable domain* (https://url.spec.whatwg.org/#host-registrable-domain): `shop.example` is that of
`www.shop.example` and `cdn.shop.example`. The exact answer takes the list of public suffixes, which changes every week.
Here it is the last two labels, or the last three below a country whose second level is for everybody (`co.uk`,
`com.au`). So the customers of one host of many (`*.github.io`, `*.cloudfront.net`) are taken for one site. An IP
address, and a name of one label such as `localhost`, is a site of its own; ports do not matter.
"""

import ipaddress
from urllib.parse import urlsplit

from slogate.analyzer.web.facts import Request

SHARED_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "nom", "or", "org"})


def site_of(url: str) -> str | None:
    """The site that an address belongs to; None if it has no host."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None  # such as an IPv6 address that nothing closes
    return registrable_domain(host) if host else None


def registrable_domain(host: str) -> str:
    """The registrable domain of a host name, by the rule above."""
    host = host.lower().rstrip(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
    else:
        return host
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED_SECOND_LEVELS
    return ".".join(labels[-3 if shared else -2 :])


def is_third_party(request: Request, page_site: str) -> bool:
    """Whether a request went to another site than `page_site`."""
    return site_of(request.url) != page_site
