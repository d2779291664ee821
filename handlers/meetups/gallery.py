"""What people see of meetups, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.meetups import examples

VIEWS: tuple[View, ...] = examples.VIEWS
