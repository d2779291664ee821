"""What people see of community, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.community import examples, reach_views, views

VIEWS: tuple[View, ...] = (
    View("setup", lambda: views.setup_card(views.SAMPLE)),
    View("welcome", lambda: views.welcome(views.SAMPLE)),
    View("community", lambda: views.card(views.SAMPLE, ["practice"], ["Ann Keller", "Bob O'Brien"], may_step_down=True)),
    View("community without a place", lambda: views.card(views.SAMPLE, [], ["Ann Keller"], may_step_down=False)),
    View("out of reach", lambda: reach_views.out_of_reach(examples.MISSED)),
    View("nobody out of reach", lambda: reach_views.out_of_reach(())),
    View("changed", lambda: views.changed(views.SAMPLE)),
    View("settled already", lambda: views.settled_already(views.SAMPLE)),
    View("nobody to name", views.nobody_to_name),
    View("named", lambda: views.named("Bob O'Brien")),
    View("lead already", lambda: views.lead_already("Bob O'Brien")),
    View("you lead", lambda: views.you_lead("Ann Keller", views.SAMPLE)),
    View("stepped down", views.stepped_down),
    View("last lead", views.last_lead),
    View("no lead anyway", views.no_lead_anyway),
    View("form", views.example_form),
    *(View(name, example) for name, example in examples.CONNECTING.items()),
    *(View(name, example) for name, example in examples.REFUSED.items()),
    View("lead form", views.example_lead_form),
)
