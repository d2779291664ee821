"""The community: its birth, its name, its leads, and how places and identities are connected."""

from bot.chat.language import _
from bot.core.facts import CommunityBegun, ConversationRefused, PersonChanged, PlaceGone, PlaceJoined
from bot.core.feature import Door, Feature, Keeps, OnAction, OnFact, OnForm
from bot.people.rows import ConnectCodeRow
from bot.people.values import Role
from handlers.community import connecting, flows, payloads, reaching, store
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
)

__all__ = ["feature", "what_it_does"]
