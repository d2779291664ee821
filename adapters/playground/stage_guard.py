"""What stands before the stage: only pages of this machine may look or act, and whatever goes wrong is answered in one JSON sentence."""

from __future__ import annotations

import ipaddress
import logging
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from adapters.playground.stage_words import BadWords

log = logging.getLogger(__name__)

LARGEST_BODY = 2**20
LARGEST_FILE = 12 * 2**20  # a file of eight megabytes, in base64

# Pictures may also come from the two faked platforms, which listen on other ports of this machine.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: http://127.0.0.1:* http://localhost:*",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_of_the_stage(path: str) -> bool:
    """Tell whether a path belongs to the page; the bot and the faked platforms may listen on the same port."""
    return path == "/" or path.startswith(("/page/", "/stage/"))


def refusal(status: int, sentence: str) -> web.Response:
    """Say in JSON why something was not done."""
    return web.json_response({"error": sentence}, status=status)


def is_loopback(authority: str) -> bool:
    """Tell whether a host, with or without a port, names this machine."""
    try:
        host = urlsplit(f"//{authority}").hostname
    except ValueError:
        return False
    if host is None or host == "localhost":
        return host == "localhost"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_own_origin(request: web.Request) -> bool:
    """Tell whether a request comes from our own page, or from no page at all (a test, a shell)."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == request.host.lower()


def objection(request: web.Request) -> web.Response | None:
    """Refuse a rebound host name, a foreign page and a form that poses as the API."""
    if not is_loopback(request.host):
        return refusal(403, "The playground answers only to addresses of this machine, such as http://127.0.0.1.")
    if request.method in {"GET", "HEAD"}:
        return None
    if not is_own_origin(request):
        return refusal(403, "Only the playground's own page may act here.")
    if request.content_type != "application/json":
        return refusal(415, "The Content-Type has to be application/json.")
    return None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through what may pass, and turn every failure into a sentence; the bot's and the platforms' own endpoints guard themselves."""
    if not is_of_the_stage(request.path):
        return await handler(request)
    refused = objection(request)
    if refused is not None:
        return refused
    largest = LARGEST_FILE if request.path == "/stage/file" else LARGEST_BODY
    try:
        return await handler(request.clone(client_max_size=largest))
    except BadWords as bad:
        return refusal(400, str(bad))
    except web.HTTPRequestEntityTooLarge:
        return refusal(413, f"The body is larger than {largest:,} bytes.")
    except web.HTTPException as problem:
        if problem.status >= 400:
            return refusal(problem.status, problem.reason)
        raise
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("the stage failed at %s (reference %s)", request.path, reference)
        return refusal(500, f"Something went wrong inside the playground; its log tells more under {reference}.")


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every answer, streams and files included."""
    if not is_of_the_stage(request.path):
        return
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    fresh = "no-store" if request.path.startswith("/stage/") else "no-cache"
    response.headers.setdefault("Cache-Control", fresh)
