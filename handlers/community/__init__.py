"""The community: its birth, its name, its leads, and how places and identities are connected."""

from bot.chat.language import _
from bot.core.facts import CommunityBegun, ConversationRefused, PersonChanged, PlaceGone, PlaceJoined
from bot.core.feature import Door, Feature, Keeps, OnAction, OnFact, OnForm, View
from bot.people.rows import ConnectCodeRow
from bot.people.values import Role
from handlers.community import connecting, examples, flows, payloads, reach_views, reaching, store, views
from handlers.community.rows import ConnectTryRow, RoleChangeRow
from handlers.community.views import what_it_does

LEAD = Role.LEAD

feature = Feature(
    name="community",
    doors=(
        Door("community", _("See and change the community"), flows.show, _("Community"), role=LEAD),
        Door("connect", _("Connect another place, or your other account"), connecting.connect, _("Connect")),
    ),
    actions=(
        OnAction(payloads.SetUp, flows.open_setup, role=LEAD),
        OnAction(payloads.LeaveSo, flows.leave_so, role=LEAD),
        OnAction(payloads.NameLead, flows.open_leads, role=LEAD),
        OnAction(payloads.StepDown, flows.step_down),
        OnAction(payloads.SeeOutOfReach, reaching.see, role=LEAD),
        OnAction(payloads.GetCode, connecting.get_code),
        OnAction(payloads.CancelCode, connecting.cancel),
        OnAction(payloads.Link, connecting.link),
        OnAction(payloads.JoinPlaces, connecting.join_places, role=LEAD),
        OnAction(payloads.NotNow, connecting.not_now),
        OnAction(payloads.Agree, connecting.agree),
        OnAction(payloads.Refuse, connecting.refuse),
        OnAction(payloads.TryAgain, reaching.try_again, role=LEAD),
    ),
    forms=(
        OnForm(payloads.CommunityDraft, flows.set_up, role=LEAD),
        OnForm(payloads.LeadDraft, flows.name_lead, flows.lead_options, role=LEAD),
    ),
    keeps={
        "roles": Keeps(
            _("Which roles you were given in the community, or gave to others, and when."),
            _("Everybody can learn who leads now. The record of changes is for you alone."),
            store.own_roles,
            (RoleChangeRow,),
        ),
        "connecting": Keeps(
            _("When you made or typed a code that connects, and what came of it. The code itself is kept by nobody."),
            _("Only you, and whoever was on the other side of the code."),
            store.own_codes,
            (ConnectCodeRow, ConnectTryRow),
        ),
    },
    facts=(
        OnFact(CommunityBegun, flows.begin),
        OnFact(PersonChanged, flows.guess_better),
        OnFact(ConversationRefused, reaching.tell),
        OnFact(PlaceGone, reaching.tell_gone),
        OnFact(PlaceJoined, reaching.tell_back),
    ),
    views=(
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
    ),
)

__all__ = ["feature", "what_it_does"]
