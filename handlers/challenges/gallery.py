"""What people see of challenges, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.challenges import examples, leading_examples, my_things, taking_part_examples, views

VIEWS: tuple[View, ...] = (
    View("announcement", examples.announcement),
    View("day in a place", examples.place_day),
    View("day in a place, done", examples.place_day_done),
    View("my day", examples.my_day),
    View("my day, done", examples.my_day_done),
    View("joined", examples.joined),
    View("left", lambda: views.left(examples.CHALLENGE)),
    View("done", lambda: views.done(examples.CHALLENGE, 3, 2, is_new=True)),
    View("done already", lambda: views.done(examples.CHALLENGE, 3, 2, is_new=False)),
    View("not done", lambda: views.not_done(examples.CHALLENGE, 3)),
    View("not in it", lambda: views.not_in_it(examples.CHALLENGE)),
    View("not an entry", views.not_an_entry),
    View("over", examples.over),
    View("ended", lambda: views.ended(examples.CHALLENGE, 12)),
    View("start form", examples.start_form),
    *taking_part_examples.VIEWS,
    *leading_examples.VIEWS,
    View("my things", my_things.example),
)
