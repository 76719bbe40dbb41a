"""The only module that builds httpx clients: a guarded one for pages, a plain one for configured services.

Knows connections. The guard sits in the network backend, below redirects, proxies and connection pools, so that nothing
above can step around it: a name is resolved once, every address is checked, and a checked address is dialled.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx

from assistant.errors import BlockedAddress, SettingsInvalid
from assistant.reading.addresses import is_allowed
from assistant.settings import Settings

__all__ = ["Resolve", "page_client", "service_client", "system_resolver"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Give every address of a host, as text; raise OSError for a name that has none."""

RESOLVE_DEADLINE_S = 5.0
TIMEOUT = httpx.Timeout(connect=3, read=5, write=5, pool=2)
"""Per operation; the callers' deadlines bound the whole, since the read time-out restarts with every byte."""
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=10)


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the operating system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dial only addresses that were resolved here and checked here."""

    def __init__(self, resolve: Resolve, allow_hosts: Sequence[str], trusted_host: str = "") -> None:
        """Take the resolver, the private hosts that are allowed, and the proxy's own host, which is configuration."""
        self._backend = httpcore.AnyIOBackend()
        self._resolve = resolve
        self._allow_hosts = allow_hosts
        self._trusted_host = trusted_host

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check all, dial the first that answers."""
        refusal: Exception = httpcore.ConnectError(f"{host}: no address")
        for address in await self._checked(host, port):
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refusal = error
        raise refusal

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host; refuse them all if one is private."""
        try:
            async with asyncio.timeout(RESOLVE_DEADLINE_S):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host}: its name was not resolved in {RESOLVE_DEADLINE_S:g} s") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: no such name") from error
        if host != self._trusted_host:
            for address in addresses:
                if not is_allowed(host.rstrip("."), address, self._allow_hosts):
                    raise BlockedAddress(f"{host} leads to the private address {address}; allow_hosts can allow it")
        return addresses

    async def connect_unix_socket(self, path: str, *args: object, **kwargs: object) -> httpcore.AsyncNetworkStream:
        """Refuse: no page lives in a socket file."""
        del args, kwargs
        raise BlockedAddress(f"{path}: pages are not read from sockets")

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries."""
        await asyncio.sleep(seconds)


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Trust the configured authorities; raise `SettingsInvalid` where their file cannot be read."""
    bundle = settings.trusted_authorities
    try:
        return ssl.create_default_context(cafile=str(bundle))
    except (ssl.SSLError, OSError) as error:
        raise SettingsInvalid(f"{bundle}: no readable PEM file; correct ca_bundle or SSL_CERT_FILE") from error


def page_client(settings: Settings, resolve: Resolve = system_resolver) -> httpx.AsyncClient:
    """Build the client that pages are read with: guarded, no cookies kept, no redirects followed, no environment."""
    context = tls_context(settings)
    proxy = httpx.Proxy(settings.proxy) if settings.proxy else None
    transport = httpx.AsyncHTTPTransport(verify=context, http2=True, limits=LIMITS, trust_env=False, proxy=proxy)
    backend = GuardedBackend(resolve, settings.allow_hosts, trusted_host=proxy.url.host if proxy else "")
    # The pool takes a backend only when it is built; httpx builds it itself and offers no way to pass one.
    transport._pool._network_backend = backend  # noqa: SLF001 - the documented place of a custom backend, see above
    headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "gzip", "Accept": "text/html,*/*;q=0.5"}
    return httpx.AsyncClient(
        transport=transport, headers=headers, timeout=TIMEOUT, follow_redirects=False, trust_env=False
    )


def service_client(settings: Settings) -> httpx.AsyncClient:
    """Build the client for providers and configured back ends: their addresses are trusted configuration."""
    return httpx.AsyncClient(
        verify=tls_context(settings),
        http2=True,
        headers={"User-Agent": settings.user_agent},
        timeout=TIMEOUT,
        limits=LIMITS,
        proxy=settings.proxy,
        follow_redirects=False,
        trust_env=False,
    )
