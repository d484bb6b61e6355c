"""What the network interfaces of a host carried between two readings, as rates. It is the same for every source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# The loopback carries what never leaves the host, and what virtual interfaces carry goes through another one as well.
_NOT_OUTWARD = re.compile(
    r"(lo|veth|docker|br-|virbr|lxc|lxd|cni|flannel|cali|cilium|vxlan|geneve|kube|nodelocal|tun|tap|wg|tailscale|dummy|"
    r"ifb|bond|team|sit|gre|ip6tnl)|.*[.@]"
)


@dataclass(frozen=True)
class NetworkCounters:
    """Bytes that one interface has received and sent since it is there."""

    received: float
    sent: float


def network_rates(
    before: Mapping[str, NetworkCounters], now: Mapping[str, NetworkCounters], seconds: float
) -> dict[str, float]:
    """Columns of host.parquet: the interfaces that lead to other hosts, together. One whose counters went back was made
    anew, and takes the sum: what it carried meanwhile is not known.
    """
    names = [name for name in now.keys() & before.keys() if not _NOT_OUTWARD.match(name)]
    if not names or seconds <= 0:
        return {}
    received = [now[name].received - before[name].received for name in names]
    sent = [now[name].sent - before[name].sent for name in names]
    if min(received) < 0 or min(sent) < 0:
        return {}
    return {"network_rx_bytes_per_s": sum(received) / seconds, "network_tx_bytes_per_s": sum(sent) / seconds}
