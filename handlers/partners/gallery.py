"""What people see of partners, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.partners import examples

VIEWS: tuple[View, ...] = examples.VIEWS
