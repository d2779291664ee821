"""What people see of polls, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.polls import examples, export_views

VIEWS: tuple[View, ...] = (*examples.VIEWS, *export_views.VIEWS)
