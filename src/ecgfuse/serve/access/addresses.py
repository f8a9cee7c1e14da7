"""Addresses and host names: which of them mean this machine alone."""

from ipaddress import ip_address, ip_network

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Names by which only this machine is reached."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK_NAMES


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
