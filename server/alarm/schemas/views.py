"""What goes over the wire about alarms. ``AlarmView`` is also what ``alarm.changed`` carries."""

from marshmallow import fields, validate

from server.alarm.rules.alarm import AlarmKind, AlarmState, Entry, Outcome, PlaceFrom, SessionState
from server.alarm.rules.escalation import Phase
from server.alarm.rules.joint_response import TaskState, UnitKind, UnitPart
from server.alarm.rules.needs import ShortageReason
from server.alarm.rules.response import ResponseState
from server.alarm.rules.search import Why
from server.alarm.rules.standing import Doubt
from server.core.access.roles import Category, Group
from server.core.http.wire import Moment, Wire, one_of
from server.delivery.rules.channels import ChannelName, MessageState


class TierView(Wire):
    """A tier's target: 1 acknowledged on the spot, 2 a neighbour on scene, 3 police on scene."""

    tier = fields.Integer(required=True)
    target_s = fields.Integer(required=True)
    due_at = Moment(required=True)
    met_at = Moment(required=True, allow_none=True)
    met_by = fields.Integer(required=True, allow_none=True)


class ResponseView(Wire):
    """Somebody who was asked, why, and what became of it.

    Who sees counts alone gets null for what would tell who another person is or where; ``id`` is negative then.
    """

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    tier = fields.Integer(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    state = one_of(ResponseState, required=True)
    distance_m = fields.Float(required=True, allow_none=True)
    bearing_deg = fields.Float(required=True, allow_none=True)
    from_post_id = fields.Integer(required=True, allow_none=True)
    why = one_of(Why, required=True, allow_none=True)
    notified_at = Moment(required=True)
    answer_due_at = Moment(required=True, allow_none=True)
    responded_at = Moment(required=True, allow_none=True)
    on_scene_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    replaces = fields.Integer(required=True, allow_none=True)
    # Whether he counts (server/alarm/rules/standing.py), and if not, why.
    counts = fields.Boolean(required=True)
    doubt = one_of(Doubt, required=True, allow_none=True)
    # How far off he was when he said that he is there, where that was too far to be so.
    off_scene_m = fields.Float(required=True, allow_none=True)
    # The same without the distance, for those too who see states alone.
    off_scene = fields.Boolean(required=True)


class ShortageView(Wire):
    """Fewer people of a group than the alarm asks for, and why."""

    tier = fields.Integer(required=True)
    group = one_of(Group, required=True)
    wanted = fields.Integer(required=True)
    found = fields.Integer(required=True)
    reason = one_of(ShortageReason, required=True)


class ReporterView(Wire):
    """Somebody who pressed the button, when first, the kind that he told, and whether he pressed covertly."""

    account_id = fields.Integer(required=True, allow_none=True)
    at = Moment(required=True)
    kind = one_of(AlarmKind, required=True, allow_none=True)
    covert = fields.Boolean(required=True)


class PlaceView(Wire):
    """A further place of an alarm: one report named two, or its raiser pressed again elsewhere."""

    id = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    place_name = fields.String(required=True)
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    place_from = one_of(PlaceFrom, required=True)
    account_id = fields.Integer(required=True, allow_none=True)
    at = Moment(required=True)


class AsideView(Wire):
    """An unapproved account that a police console has put aside at the places of the alarm, until when and by whom."""

    account_id = fields.Integer(required=True)
    by = fields.Integer(required=True, allow_none=True)
    at = Moment(required=True)
    until = Moment(required=True)
    presses = fields.Integer(required=True)


class EntryView(Wire):
    """A line of the timeline; ``actor_id`` is null for what the clock or the rules did."""

    id = fields.Integer(required=True)
    at = Moment(required=True)
    actor_id = fields.Integer(required=True, allow_none=True)
    act = one_of(Entry, required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class LadderView(Wire):
    """Where a tier stands, how many steps were taken, and when the next one is due.

    ``next_step`` counts from one as the timeline's ``step`` does; past the last step of the plan it repeats.
    """

    tier = fields.Integer(required=True)
    phase = one_of(Phase, required=True)
    next_step = fields.Integer(required=True)
    happened = fields.Integer(required=True)
    due_at = Moment(required=True, allow_none=True)


class DeliveryView(Wire):
    """How the newest call of a receiver went by one channel; no account: a chat room or a machine.

    What once arrived stays so: ``called_at`` is the time of the newest of its ``calls``, arrived or not.
    """

    account_id = fields.Integer(required=True, allow_none=True)
    hook_id = fields.Integer(required=True, allow_none=True)
    room = fields.String(required=True, allow_none=True)
    channel = one_of(ChannelName, required=True)
    tier = fields.Integer(required=True, allow_none=True)
    state = one_of(MessageState, required=True)
    reason = fields.String(required=True, allow_none=True)
    at = Moment(required=True)
    calls = fields.Integer(required=True)
    called_at = Moment(required=True)


class LetterView(Wire):
    """How the newest message with a unit's link went; ``calls`` counts them. On the list alone: ``demo``."""

    channel = fields.String(required=True)
    state = one_of(MessageState, required=True)
    reason = fields.String(required=True, allow_none=True)
    at = Moment(required=True)
    calls = fields.Integer(required=True)


class JointTaskView(Wire):
    """A unit of the joint response at the alarm; no channel: somebody has to ring it up."""

    id = fields.Integer(required=True)
    unit_id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = one_of(UnitKind, required=True)
    part = one_of(UnitPart, required=True)
    state = one_of(TaskState, required=True)
    channel = fields.String(required=True, allow_none=True)
    delivery = fields.Nested(LetterView, required=True, allow_none=True)
    notified_at = Moment(required=True)
    acknowledged_at = Moment(required=True, allow_none=True)
    on_the_way_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)


class AlarmView(Wire):
    """An alarm with all that belongs to it; people stand in it by number only, its post by its full name.

    Of ``timeline_count`` entries it carries the newest 30, and of the earlier ones the first, each console's
    acknowledgement and the withdrawal; of ``reporter_count`` people who pressed the first 30. A report carries all.
    """

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    post_id = fields.Integer(required=True)
    place_name = fields.String(required=True)
    station_id = fields.Integer(required=True)
    school_id = fields.Integer(required=True)
    kind = one_of(AlarmKind, required=True, allow_none=True)
    state = one_of(AlarmState, required=True)
    drill = fields.Boolean(required=True)
    raised_at = Moment(required=True)
    claimed_at = Moment(required=True)
    raised_by = fields.Integer(required=True, allow_none=True)
    session_state = one_of(SessionState, required=True)
    source = fields.String(required=True, validate=validate.OneOf(["phone", "console", "device", "drill"]))
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy_m = fields.Float(required=True, allow_none=True)
    place_from = one_of(PlaceFrom, required=True)
    acknowledged_at = Moment(required=True, allow_none=True)
    acknowledged_by = fields.Integer(required=True, allow_none=True)
    tiers = fields.List(fields.Nested(TierView), required=True)
    responses = fields.List(fields.Nested(ResponseView), required=True)
    shortages = fields.List(fields.Nested(ShortageView), required=True)
    reporters = fields.List(fields.Nested(ReporterView), required=True)
    reporter_count = fields.Integer(required=True)
    ladders = fields.List(fields.Nested(LadderView), required=True)
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)
    joint_tasks = fields.List(fields.Nested(JointTaskView), required=True)
    timeline = fields.List(fields.Nested(EntryView), required=True)
    timeline_count = fields.Integer(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    resolved_by = fields.Integer(required=True, allow_none=True)
    outcome = one_of(Outcome, required=True, allow_none=True)
    finding = fields.String(required=True, allow_none=True)
    merged_into = fields.Integer(required=True, allow_none=True)
    # Whether somebody with standing reported it; if not, until when its neighbours are held back at the latest.
    full_standing = fields.Boolean(required=True)
    held_until = Moment(required=True, allow_none=True)
    # Raised without a sign on the raiser's phone: nobody calls back by sound.
    covert = fields.Boolean(required=True)
    places = fields.List(fields.Nested(PlaceView), required=True)
    asides = fields.List(fields.Nested(AsideView), required=True)
    # Only in the answer to a press: it was recorded and calls nobody, since a police console has put its raiser aside.
    recorded_only = fields.Boolean()


class TimelineView(Wire):
    """Entries of an alarm's timeline, the newest first."""

    items = fields.List(fields.Nested(EntryView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class AlarmListView(Wire):
    """Alarms, the newest first, with the cursor from which events go on."""

    epoch = fields.String(required=True)
    last = fields.Integer(required=True)
    items = fields.List(fields.Nested(AlarmView), required=True)
    next = fields.Integer(required=True, allow_none=True)


class PersonOfAlarm(Wire):
    """A person of an alarm by name; null is what the viewer may not know."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True, allow_none=True)
    group = one_of(Group, required=True, allow_none=True)
    telephone = fields.String(required=True, allow_none=True)
    post_name = fields.String(required=True, allow_none=True)
    school_name = fields.String(required=True, allow_none=True)


class UnitContact(Wire):
    """Where a unit of the joint response is rung up."""

    unit_id = fields.Integer(required=True)
    desk = fields.String(required=True)
    telephone = fields.String(required=True)


class PeopleOfAlarm(Wire):
    """The people of an alarm by name, and for the police, while it is open, where its units are rung up."""

    people = fields.List(fields.Nested(PersonOfAlarm), required=True)
    units = fields.List(fields.Nested(UnitContact), required=True)


class CandidateView(Wire):
    """Somebody whom the console could add, and what speaks against it."""

    account_id = fields.Integer(required=True)
    name = fields.String(required=True)
    category = one_of(Category, required=True)
    group = one_of(Group, required=True)
    distance_m = fields.Float(required=True)
    post_name = fields.String(required=True)
    below_floor = fields.Boolean(required=True)
    busy = fields.Boolean(required=True)


class CandidateList(Wire):
    """Whom the console could add, the nearest first."""

    items = fields.List(fields.Nested(CandidateView), required=True)
