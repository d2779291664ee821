"""What people see of opinions, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import Paper, View
from handlers.opinions import examples, map_examples

VIEWS: tuple[View, ...] = (*examples.VIEWS, *map_examples.VIEWS)
PAPERS: tuple[Paper, ...] = map_examples.PAPERS
