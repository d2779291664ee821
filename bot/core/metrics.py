"""Metrics: what this process counts, for Prometheus; no label has more values than there are in the code."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from functools import cache
from typing import TypeVar

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.chat.errors import DeliveryFailed, StillBusy, Unreachable, UserError
from bot.core.doing import FormNotAccepted

T = TypeVar("T")
SLOW = 1.0  # seconds
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # the platforms wait for three seconds
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = structlog.get_logger()
REGISTRY = CollectorRegistry()
INTERACTIONS = Counter("convene_interactions", "What people did, by what came of it.", ("platform", "outcome"), registry=REGISTRY)
SECONDS = Histogram("convene_interaction_seconds", "From its arrival to its commit.", ("platform",), registry=REGISTRY, buckets=BUCKETS)
POSTS = Counter("convene_posts", "Posts that came back from delivery, by what became of them.", ("platform", "outcome"), registry=REGISTRY)
ERRORS = Counter("convene_platform_errors", "What platforms refused or left open.", ("platform", "method", "reason"), registry=REGISTRY)
OUTBOX = Gauge("convene_outbox_posts", "Posts that have not been said yet; the same in every process.", ("state",), registry=REGISTRY)
OUTBOX_AGE = Gauge("convene_outbox_age_seconds", "How long what may leave has waited; the same in every process.", registry=REGISTRY)
TICK_LAG = Gauge("convene_tick_lag_seconds", "How long what is due has waited; the same in every process.", registry=REGISTRY)
TICK_AGE = Gauge("convene_tick_age_seconds", "How long ago this process looked for what is due.", registry=REGISTRY)
LATERS = Gauge("convene_laters", "Computations that wait, and that are parked; the same in every process.", ("state",), registry=REGISTRY)
_seconds, _interactions = cache(SECONDS.labels), cache(INTERACTIONS.labels)  # looking one up costs more than counting


async def measured(platform: str, did: str, unit: Awaitable[T]) -> T:
    """What a unit returns or raises, counted with the time that it took; what was not simply done is a line in the log as well."""
    began, outcome = time.perf_counter(), "done"
    try:
        return await unit
    except FormNotAccepted:
        outcome = "not accepted"
        raise
    except StillBusy:
        outcome = "busy"
        raise
    except UserError:
        outcome = "refused"
        raise
    except Exception:
        outcome = "failed"
        raise
    finally:
        took = time.perf_counter() - began
        _seconds(platform).observe(took)
        _interactions(platform, outcome).inc()
        tell = log.debug if outcome == "done" and took < SLOW else log.info
        tell("interaction", platform=platform, did=did, outcome=outcome, seconds=round(took, 3))


def refused(platform: str, method: str, failure: DeliveryFailed) -> DeliveryFailed:
    """Count what a platform refused or left open, and hand it back to be raised."""
    reason = f"{type(failure).__name__}: {failure.barrier}" if isinstance(failure, Unreachable) else type(failure).__name__
    ERRORS.labels(platform, method, reason).inc()
    return failure


def exposition() -> bytes:
    """All of it in Prometheus' text format."""
    return generate_latest(REGISTRY)
