"""The aiohttp application that carries every endpoint."""

from adapters.web.application import LARGEST_BODY, application, listening, reserve, waiting_for

__all__ = ["LARGEST_BODY", "application", "listening", "reserve", "waiting_for"]
