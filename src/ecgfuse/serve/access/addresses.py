"""Addresses and host names: which of them mean this machine alone."""

from collections.abc import Collection
from ipaddress import ip_address, ip_network

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names by which only this machine is reached."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK_NAMES


def require_local(host: str, *, names: Collection[str]) -> None:
    """Check that only this machine can reach an application that has no login.

    Args:
        host: --host, the address that it listens on.
        names: --server-names, under which it is reached.

    Raises:
        ValueError: other machines could read the recordings.
    """
    if is_loopback(host) and all(is_loopback(name) for name in names):
        return
    reason = f"--server-names {','.join(names)}" if is_loopback(host) else f"--host {host}"
    raise ValueError(
        f"{reason}: other machines could read the recordings without a password; add "
        "--token-file FILE or --proxy-user-header NAME, or use --host 127.0.0.1 alone"
    )


def require_network(address: str) -> None:
    """Check an address of --proxy-addresses.

    Raises:
        ValueError: neither an IP address nor a network.
    """
    try:
        ip_network(address)
    except ValueError:
        raise ValueError(
            f"--proxy-addresses {address} is no IP address; use one such as 10.0.0.7, or a network "
            "such as 10.0.0.0/24"
        ) from None
