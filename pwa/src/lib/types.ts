/** The wire's types: one name for each object the API speaks. Times are ISO 8601 in UTC. */

/** A number of the server's. */
export type Id = number

export type Category = 'police' | 'duty_leader' | 'teacher' | 'security' | 'volunteer'
export type Group = 'staff' | 'security' | 'volunteer' | 'police'
export type Role = 'guard' | 'school_admin' | 'station_officer' | 'dispatcher' | 'district_admin' | 'auditor'
export type AccountStatus = 'pending' | 'approved' | 'suspended'
export type Verdict = 'on_time' | 'late'
export type PostState = 'full' | 'understaffed' | 'uncovered' | 'off_duty'
export type Phase = 'off' | 'opening' | 'running'
export type Peak = 'morning_arrival' | 'morning_dismissal' | 'afternoon_arrival' | 'afternoon_dismissal'
export type SchoolKind = 'kindergarten' | 'primary' | 'junior' | 'senior' | 'nine_year' | 'special'
export type Flag =
  | 'no_fix'
  | 'outside_fence'
  | 'impossible_speed'
  | 'stale_code'
  | 'late_sync'
  | 'shared_device'
  | 'not_approved'
  | 'not_rostered'
  | 'poor_fix'
  | 'clock_skew'
  | 'datum_unsure'
export type AlarmKind =
  | 'intruder'
  | 'fight'
  | 'traffic'
  | 'medical'
  | 'fire'
  | 'missing_child'
  | 'crowding'
  | 'suspicious'
  | 'other'
export type ResponseState =
  | 'notified'
  | 'responding'
  | 'on_scene'
  | 'left'
  | 'declined'
  | 'timed_out'
  | 'withdrawn'
  | 'released'
export type Outcome = 'real' | 'false' | 'test' | 'transferred'
export type VolunteerKind = 'parent' | 'retired_cadre' | 'neighbour' | 'other'
export type ConsentKind = 'account' | 'identity' | 'position'
export type TimelineAct =
  | 'raised'
  | 'kind_told'
  | 'notified'
  | 'responding'
  | 'declined'
  | 'timed_out'
  | 'on_scene'
  | 'left'
  | 'withdrawn'
  | 'released'
  | 'added'
  | 'acknowledged'
  | 'further_report'
  | 'note'
  | 'withdrawal'
  | 'resolved'

export type Heads = Record<Group, number>

export const GROUPS: readonly Group[] = ['staff', 'security', 'volunteer', 'police']
export const CATEGORIES: readonly Category[] = ['volunteer', 'teacher', 'security', 'duty_leader', 'police']
export const ALARM_KINDS: readonly AlarmKind[] = [
  'intruder',
  'fight',
  'traffic',
  'medical',
  'fire',
  'missing_child',
  'crowding',
  'suspicious',
  'other',
]

/** Tell the seat group that a category fills: leaders and teachers share one. */
export function groupOf(category: Category): Group {
  return category === 'duty_leader' || category === 'teacher' ? 'staff' : category
}

export interface Shift {
  peak: Peak
  date: string
  opens_at: string
  starts_at: string
  late_after: string
  ends_at: string
  check_out_opens_at: string
  closes_at: string
}

export interface Account {
  id: Id
  name: string
  phone_masked: string
  category: Category | null
  role: Role
  status: AccountStatus
  school_id: Id | null
  school_name: string | null
  station_id: Id | null
  station_name: string | null
}

export interface Settings {
  hold_ms: number
  position_interval_s: number
  undelivered_after_s: number
  emergency_telephone: string
  tile_url: string | null
  tile_datum: 'wgs84' | 'gcj02'
  pmtiles_url: string | null
}

export interface Me {
  account: Account
  csrf_token: string
  district: { id: Id; name: string; time_zone: string }
  settings: Settings
  server_time: string
  demo: boolean
}

/** The answer to a sign-in: me, or a ticket to register with when the telephone is unknown. */
export interface SignedIn {
  me: Me | null
  ticket: string | null
}

export interface CodeRequest {
  request: string
  expires_in_s: number
  resend_after_s: number
}

export interface DemoMessage {
  text: string
  code: string
  at: string
}

export interface DemoPerson {
  who: string
  name: string
  role: Role
  category: Category | null
  post_code: string | null
}

export interface Fix {
  latitude: number
  longitude: number
  accuracy_m: number
  at: string
}

export interface Seat {
  check_in_id: Id
  account_id: Id
  category: Category
  group: Group
  verified: boolean
  verdict: Verdict
  flags: Flag[]
}

export interface Line {
  post_id: Id
  version: number
  phase: Phase
  state: PostState
  peak: Peak | null
  date: string | null
  opens_at: string | null
  starts_at: string | null
  ends_at: string | null
  required: Heads
  present: Heads
  waiting: Heads
  missing: Heads
  since: string
  seats: Seat[]
  rostered: number
  no_shows: Id[]
}

export interface PostDetail {
  id: Id
  latitude: number
  longitude: number
  fence_radius_m: number
  area: string | null
  telephone: string | null
  shift: Shift | null
  next_shift: Shift | null
  line: Line
  rostered: boolean | null
}

export interface PostPage {
  name: string
  school_name: string
  gate: string
  stale: boolean
  post: PostDetail | null
}

export interface CheckIn {
  id: Id
  account_id: Id
  post_id: Id
  post_name: string
  category: Category
  group: Group
  shift: Shift
  verdict: Verdict
  minutes_late: number
  verified: boolean
  flags: Flag[]
  distance_m: number | null
  at: string
  claimed_at: string
  checked_out_at: string | null
  confirmed_by: Id | null
  confirmed_at: string | null
}

export interface CheckOut {
  check_in: CheckIn
  minutes: number
}

export interface Colleague {
  account_id: Id
  name: string
  category: Category
  group: Group
  verified: boolean
  verdict: Verdict
  check_in_id: Id
}

export interface Duty {
  check_in: CheckIn | null
  line: Line | null
  post: DutyPost | null
  colleagues: Colleague[]
  may_confirm: boolean
  may_assist: boolean
}

/** The post of a duty: what its page shows, with its name. */
export interface DutyPost extends Partial<Omit<PostDetail, 'id'>> {
  id: Id
  name?: string
  school_name?: string
  gate?: string
  code?: string
}

export interface Guard {
  id: Id
  name: string
  phone_masked: string
  category: Category
  status: AccountStatus
  school_id: Id | null
  school_name: string | null
  station_id: Id | null
  station_name: string | null
  registered_at: string
}

export interface Page<T> {
  items: T[]
  next: Id | null
}

export interface Outline {
  type: 'MultiPolygon' | 'Polygon'
  coordinates: number[][][] | number[][][][]
}

export interface Station {
  id: Id
  name: string
  latitude: number
  longitude: number
  telephone: string | null
  area: Outline | null
}

export interface Post {
  id: Id
  name: string
  school_id: Id
  school_name: string
  school_kind: SchoolKind
  station_id: Id
  latitude: number
  longitude: number
  fence_radius_m: number
}

export interface District {
  id: Id
  name: string
  time_zone: string
  outline: Outline | null
  stations: Station[]
  posts: Post[]
}

export interface Coverage {
  epoch: string
  last: number
  posts: Line[]
}

export interface PostPerson {
  account_id: Id
  name: string
  category: Category
  group: Group
  telephone: string | null
  check_in_id: Id | null
  verified: boolean | null
  verdict: Verdict | null
  flags: Flag[]
  at: string | null
  distance_m: number | null
}

export interface PostPeople {
  line: Line
  people: PostPerson[]
  rostered: { account_id: Id; name: string; category: Category; group: Group; arrived: boolean }[]
  may_confirm: boolean
}

export interface Arrivals {
  starts_at: string | null
  ends_at: string | null
  opens_at: string | null
  required: number
  points: { at: string; present: number }[]
}

export interface LivePosition {
  account_id: Id
  post_id: Id
  group: Group
  latitude: number
  longitude: number
  accuracy_m: number
  at: string
}

export interface AlarmTier {
  tier: number
  target_s: number
  due_at: string
  met_at: string | null
  met_by: Id | null
}

export interface AlarmResponse {
  id: Id
  account_id: Id
  tier: number
  category: Category
  group: Group
  state: ResponseState
  distance_m: number | null
  bearing_deg: number | null
  from_post_id: Id | null
  why: 'on_post' | 'within_50_m' | 'nearest' | 'nearest_police' | 'added'
  notified_at: string
  answer_due_at: string | null
  responded_at: string | null
  on_scene_at: string | null
  ended_at: string | null
  replaces: Id | null
}

export interface AlarmShortage {
  tier: number
  group: Group
  wanted: number
  found: number
  reason: 'nobody_on_duty' | 'floor' | 'busy'
}

export interface TimelineEntry {
  id: Id
  at: string
  actor_id: Id | null
  act: TimelineAct
  facts: Record<string, unknown>
}

export interface Alarm {
  id: Id
  version: number
  post_id: Id
  station_id: Id
  school_id: Id
  kind: AlarmKind | null
  state: 'open' | 'resolved'
  drill: boolean
  raised_at: string
  claimed_at: string
  raised_by: Id | null
  session_state: 'active' | 'ended' | 'expired' | 'suspended'
  source: 'phone' | 'console'
  latitude: number
  longitude: number
  accuracy_m: number | null
  place_from: 'fix' | 'post'
  acknowledged_at: string | null
  acknowledged_by: Id | null
  tiers: AlarmTier[]
  responses: AlarmResponse[]
  shortages: AlarmShortage[]
  reporters: { account_id: Id; at: string }[]
  timeline: TimelineEntry[]
  resolved_at: string | null
  resolved_by: Id | null
  outcome: Outcome | null
  finding: string | null
}

export interface AlarmList {
  epoch: string
  last: number
  items: Alarm[]
  next: Id | null
}

export interface AlarmPerson {
  account_id: Id
  name: string
  category: Category
  group: Group
  telephone: string | null
  post_name: string | null
  school_name: string | null
}

export interface AlarmCandidate {
  account_id: Id
  name: string
  category: Category
  group: Group
  distance_m: number
  post_name: string | null
  below_floor: boolean
  busy: boolean
}

export type FeedEvent =
  | { id: number; name: 'coverage.changed'; data: Line }
  | { id: number; name: 'alarm.changed'; data: Alarm }
  | { id: number; name: 'guard.changed'; data: { account_id: Id; status: AccountStatus } }
  | { id: number; name: 'check_in.changed'; data: CheckIn }

export interface Batch {
  epoch: string
  prev: number
  last: number
  events: FeedEvent[]
}

export interface Cursor {
  epoch: string
  last: number
}
