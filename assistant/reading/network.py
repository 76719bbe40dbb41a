"""The only module that builds httpx clients: a guarded one for pages, a plain one for configured services.

Knows connections. The guard sits in the network backend, below redirects, proxies and connection pools, so that nothing
above can step around it: a name is resolved once, all its addresses are checked, and a checked one is dialled.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from assistant.errors import BlockedAddress, SettingsInvalid
from assistant.reading.addresses import is_allowed
from assistant.reading.pools import Pools
from assistant.settings import Settings

__all__ = ["Resolver", "page_client", "service_client", "system_resolver"]

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives every address of a host as text; raises OSError for a name that has none."""

RESOLVE_S = 5.0
"""As long as Smokescreen waits for DNS."""
TIMEOUT = httpx.Timeout(connect=3, read=5, write=5, pool=2)
"""Of single operations; the callers' deadlines bound the whole, since the read time-out restarts with every byte."""
LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=10, keepalive_expiry=30)
SERVICE_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=10, keepalive_expiry=30)
"""Of one service's pool: its own documented limit bounds how many are asked at once, before they come here."""
PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml, text/*;q=0.9, application/pdf;q=0.8, */*;q=0.5"}
"""Whatever else is read (Word, JSON, feeds) is welcome as well; a server that has a page sends that."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""Services on this machine are never asked through a proxy."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for the addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Resolve names and refuse those that lead anywhere private."""

    def __init__(self, resolver: Resolver, allow_hosts: Sequence[str]) -> None:
        """Take the resolver and the private hosts and ranges that the user allows."""
        self._resolver = resolver
        self._allow_hosts = tuple(allow_hosts)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host; raise `BlockedAddress` if any of them is private."""
        addresses = await self.resolve(host, port)
        for address in addresses:
            if not is_allowed(host, address, self._allow_hosts):
                message = f"{host} leads to the private address {address}; list it in FOOTNOTE_ALLOW_HOSTS to read it"
                raise BlockedAddress(message)
        return addresses

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host, whatever they are; fail the way httpcore fails."""
        try:
            async with asyncio.timeout(RESOLVE_S):
                return await self._resolver(host, port)
        except TimeoutError as error:
            message = f"the name {host} was not resolved within {RESOLVE_S:g} s"
            raise httpcore.ConnectTimeout(message) from error
        except (OSError, UnicodeError) as error:  # socket.gaierror is an OSError
            message = f"the name {host} cannot be resolved"
            raise httpcore.ConnectError(message) from error


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dial only what the guard has checked; the proxy, which is configuration, is the one exception."""

    def __init__(self, guard: Guard, dialler: httpcore.AsyncNetworkBackend, proxy_host: str | None) -> None:
        """Take the guard, what opens connections, and the host of the proxy if there is one."""
        self._guard = guard
        self._dialler = dialler
        self._proxy_host = proxy_host

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, check every address, and dial them in order until one answers."""
        look_up = self._guard.resolve if host == self._proxy_host else self._guard.addresses
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in await look_up(host, port):
            try:
                return await self._dialler.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - httpcore's interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no page lives in a socket file."""
        message = f"{path}: pages are not read from sockets"
        raise BlockedAddress(message)

    async def sleep(self, seconds: float) -> None:
        """Wait for as long as the pool asks."""
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Speak HTTP over a pool whose connections are all made by the guard.

    It never runs the parent's constructor, which would build an unguarded pool: should httpx rename its pool one day,
    requests fail instead of going out unchecked.
    """

    def __init__(
        self, guard: Guard, tls: ssl.SSLContext, dialler: httpcore.AsyncNetworkBackend, proxy: httpcore.Proxy | None
    ) -> None:
        """Build the pool, through the proxy if there is one."""
        self._guard = guard if proxy else None
        proxy_host = proxy.url.host.decode("ascii") if proxy else None
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            proxy=proxy,
            max_connections=LIMITS.max_connections,
            max_keepalive_connections=LIMITS.max_keepalive_connections,
            keepalive_expiry=LIMITS.keepalive_expiry,
            http2=True,
            network_backend=GuardedBackend(guard, dialler, proxy_host),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; before a proxy gets it, check what its host is known as here.

        A name that only the proxy can resolve is the proxy's to judge: many companies resolve public names only there.
        """
        if self._guard:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                await self._guard.addresses(request.url.host, request.url.port or 0)
        return await super().handle_async_request(request)


def page_client(
    settings: Settings,
    resolver: Resolver = system_resolver,
    *,
    dialler: httpcore.AsyncNetworkBackend | None = None,
) -> httpx.AsyncClient:
    """Build the client that pages are read with: guarded, without cookies, redirects or the environment's proxies."""
    proxy = proxy_of(settings)
    transport = GuardedTransport(
        Guard(resolver, settings.allow_hosts),
        tls_context(settings),
        dialler or httpcore.AnyIOBackend(),
        httpcore.Proxy(str(proxy.url), proxy.raw_auth, proxy.headers.raw, tls_context(settings)) if proxy else None,
    )
    headers = {**PAGE_HEADERS, "User-Agent": settings.user_agent, "Accept-Encoding": "gzip"}
    refuse_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(
        transport=transport,
        headers=headers,
        cookies=refuse_cookies,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
    )


def service_client(settings: Settings) -> httpx.AsyncClient:
    """Build the client for providers and configured back ends, whose addresses are trusted configuration."""
    proxy, trusted = proxy_of(settings), tls_context(settings)

    def pools(proxy: httpx.Proxy | None) -> Pools:
        make = partial(httpx.AsyncHTTPTransport, verify=trusted, http2=True, limits=SERVICE_LIMITS, trust_env=False)
        return Pools(partial(make, proxy=proxy))

    return httpx.AsyncClient(
        transport=pools(None),
        headers={"User-Agent": settings.user_agent},
        timeout=TIMEOUT,
        mounts={"all://": pools(proxy)} | {f"all://{host}": None for host in LOOPBACK} if proxy else None,
        follow_redirects=False,
        trust_env=False,
    )


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Trust the configured authorities; raise `SettingsInvalid` where their file cannot be read."""
    bundle = settings.trusted_authorities
    try:
        return ssl.create_default_context(cafile=str(bundle))
    except OSError as error:  # ssl.SSLError is an OSError
        message = f"{bundle}: not a readable PEM file of authorities; correct FOOTNOTE_CA_BUNDLE or SSL_CERT_FILE"
        raise SettingsInvalid(message) from error


def proxy_of(settings: Settings) -> httpx.Proxy | None:
    """Read the proxy's address; raise `SettingsInvalid` for what is none."""
    if not settings.proxy:
        return None
    try:
        proxy = httpx.Proxy(settings.proxy)
    except (ValueError, httpx.InvalidURL) as error:
        message = f"proxy = {settings.proxy!r}: {error}; set FOOTNOTE_PROXY to a URL like http://proxy.example:3128"
        raise SettingsInvalid(message) from error
    if proxy.url.scheme not in {"http", "https"} or not proxy.url.host:
        message = f"proxy = {settings.proxy!r}: not an http or https URL; set FOOTNOTE_PROXY to one"
        raise SettingsInvalid(message)
    return proxy
