"""Examples of what people see of opinion requests, for the gallery and its tests."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.feature import View
from handlers.opinions import views
from handlers.opinions.requests import Request
from handlers.opinions.rules import Phase
from handlers.opinions.views import Standing

DUE = datetime(2026, 4, 10, 16, 0, tzinfo=UTC)
ENDS = {
    Phase.STATEMENTS: datetime(2026, 3, 30, 16, 0, tzinfo=UTC),
    Phase.DRAFT: datetime(2026, 4, 3, 16, 0, tzinfo=UTC),
    Phase.RATIFY: datetime(2026, 4, 8, 16, 0, tzinfo=UTC),
    Phase.SEND: DUE,
}
RULE = Request(7, "What do we say to the new rule on tools?", phase=Phase.STATEMENTS, asker="The board", ends=ENDS, owner=3)
STANDING = Standing(RULE, 5, 24, "Ann Berger", None)
VIEWS = (View("card", lambda: views.card(STANDING)),)
