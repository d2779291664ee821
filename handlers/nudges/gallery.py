"""What people see of nudges, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from bot.people.values import HowOften
from handlers.nudges import away_views, views
from handlers.nudges.rules import State

VIEWS: tuple[View, ...] = (
    View("reminder", views.example_single),
    View("reminder, put off", lambda: views.example_single(State.WAITING)),
    View("reminder, done", lambda: views.example_single(State.SETTLED)),
    View("several", views.example_digest),
    View("over", views.over),
    View("keep going", views.keep_going),
    View("put off", lambda: views.put_off(views.SAMPLE_AT, "Europe/Berlin", 2)),
    View("put off, over by then", lambda: views.put_off(None, "Europe/Berlin")),
    View("nothing to put off", views.nothing_to_put_off),
    View("pause form", views.example_pause),
    View("paused", lambda: views.paused(away_views.SAMPLE[1].first)),
    View("stopped", lambda: views.stopped(is_new=True)),
    View("stopped already", lambda: views.stopped(is_new=False)),
    View("resumed", lambda: views.resumed(is_new=True, budget=2)),
    View("resumed, none allowed", lambda: views.resumed(is_new=False, budget=0)),
    View("activity chosen", lambda: views.activity_chosen(HowOften.WEEKLY)),
    View("my things", views.example_my_things),
    View("health", views.example_health),
    View("away", lambda: away_views.listed(away_views.SAMPLE)),
    View("away, none", lambda: away_views.listed(())),
    View("away form", away_views.example_form),
    View("away, added", lambda: away_views.added(away_views.SAMPLE)),
    View("away, cancelled", lambda: away_views.cancelled(away_views.SAMPLE[0], away_views.SAMPLE[1:])),
    View("away, cancelled already", lambda: away_views.cancelled(None, ())),
    View("away today", away_views.example_my_things),
    View("calendar, nothing found", away_views.nothing_found),
)
