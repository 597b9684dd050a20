/** The wire's types by their short names, out of api.d.ts, which `make types` makes from the server's own document. */

import type { components, paths } from './api'

type Schemas = components['schemas']

/** A number of the server's. */
export type Id = number

export type Me = Schemas['Me']
export type Account = Schemas['OwnAccount']
export type Settings = Schemas['PageSettings']
/** The answer to a sign-in: me, or a ticket to register with when the telephone is unknown. */
export type SignedIn = Schemas['SignedInView']
export type CodeRequest = Schemas['CodeAsked']
export type DemoMessage = Schemas['MessageView']
export type DemoPerson = Schemas['DemoPerson']

/** Long work that somebody asked for, and what the feed tells of it. */
export type Job = Schemas['JobView']
export type KeptData = Schemas['KeptDataView']
export type Privacy = Schemas['PrivacyView']
export type Look = Schemas['LookView']
export type LookPage = Schemas['LookPage']
export type LookDay = Schemas['LookDayView']
export type LookDays = Schemas['LookDays']
export type JobPage = Schemas['JobPage']
/** A year's sheet of the calendar, and what may be made of its days. */
export type YearSheet = Schemas['YearSheetView']
export type SheetDay = Schemas['SheetDay']
export type DayKind = Schemas['EditDays']['kind']
export type FilledYear = Schemas['FilledYear']
export type TermList = Schemas['TermListView']
export type Term = Schemas['TermItem']
export type PeaksShown = Schemas['PeaksShown']
export type Timetable = Schemas['TimetableShown']
export type TimetablePlan = Schemas['PlanShown']
export type SeasonOfYear = Schemas['SeasonShown']
export type Staffing = Schemas['StaffingShown']
export type KeptPost = Schemas['KeptPostView']
export type KeptPostList = Schemas['KeptPostList']
export type KeptSchool = Schemas['KeptSchoolView']
export type KeptSchoolList = Schemas['KeptSchoolList']
export type KeptStation = Schemas['KeptStationView']
export type KeptStationList = Schemas['KeptStationList']
export type PostCode = Schemas['PostCodeView']
export type Datum = Schemas['NewPost']['datum']
export type OwnSession = Schemas['OwnSession']
export type StaffingRule = Schemas['RuleShown']
export type PostHeads = Schemas['PostHeadsShown']
export type SeatAreas = Schemas['SeatAreas']
/** A school's week as it is planned, and whoever could take a seat of it. */
export type RosterWeek = Schemas['RosterWeekShown']
export type PostOfWeek = Schemas['PostOfWeekShown']
export type PlannedSeat = Schemas['PlannedSeat']
export type Candidate = Schemas['CandidateShown']
export type Candidates = Schemas['CandidatesShown']
export type WeekPublished = Schemas['PublishedShown']
export type WeekCopied = Schemas['CopiedShown']
export type SeatsTakenBack = Schemas['TakenBackShown']
export type WeeksFilled = Schemas['WeeksFilledShown']
export type DutyPatterns = Schemas['PatternsShown']
export type DutyPattern = Schemas['PatternShown']
export type PatternPerson = Schemas['PatternPersonShown']
export type PatternPeople = Schemas['PatternPeopleShown']
export type OwnDuty = Schemas['OwnDutyShown']
export type AtRisk = Schemas['AtRiskShown']
export type PostAtRisk = Schemas['PostAtRiskShown']
export type Forecast = Schemas['ForecastShown']
export type Lenders = Schemas['LendersShown']
export type OwnLending = Schemas['OwnLendingView']
export type OwnSwaps = Schemas['OwnSwapsShown']
export type OwnSwap = Schemas['OwnSwapShown']
export type SwapDuty = Schemas['SwapDutyShown']
export type WaitingSwaps = Schemas['WaitingSwapsShown']
export type StandInOffers = Schemas['OffersShown']
export type OwnDuties = Schemas['OwnDutiesShown']
export type OwnAway = Schemas['OwnAwayView']
export type AwayPerson = Schemas['AwayPersonView']
export type HandOverNote = Schemas['NoteShown']
export type NudgeState = Schemas['NudgeStateShown']
export type DutyAnswer = Schemas['NewAnswer']['answer']
export type DutyAnswered = Schemas['DutyAnswered']
export type CallIns = Schemas['CallInsShown']
export type ExpectedHere = Schemas['ExpectedHereView']
export type ExpectedPerson = ExpectedHere['items'][number]
export type OpenPlaces = Schemas['OpenPlacesShown']
export type OpenPlace = Schemas['OpenPlaceShown']
export type CalendarLink = Schemas['CalendarLinkShown']
export type OwnMonth = Schemas['OwnMonthView']
export type AttendanceArrivals = Schemas['ArrivalsView']
export type AttendanceGroups = Schemas['GroupsView']
export type OwnMonths = Schemas['OwnMonthsView']
export type Certificate = Schemas['CertificateShown']
export type CertificateList = Schemas['CertificatesShown']
export type CertificateMade = Schemas['CertificateMade']
export type GenuineCertificate = Schemas['GenuineShown']
export type CalendarWarnings = Schemas['CalendarWarnings']
/** Attendance: figures of closed peaks, and the peaks themselves. */
export type Attendance = Schemas['AttendanceView']
export type AttendanceFigures = Schemas['FiguresView']
export type AttendanceWeeks = Schemas['WeeksView']
export type PeopleOfPeak = Schemas['PeopleOfPeakShown']
export type PersonOfPeak = PeopleOfPeak['items'][number]
export type ClosedPeak = Schemas['PeakView']
export type ClosedPeaks = Schemas['PeakRows']
export type PeakRowsWanted = NonNullable<NonNullable<paths['/api/attendance/peaks']['get']['parameters']['query']>['which']>
export type ExportName = Schemas['ExportWanted']['kind']
export type GuardsOnly = Schemas['GuardsOnly']
export type ExportFormat = NonNullable<Schemas['ExportWanted']['format']>
export type JobNews = Schemas['JobChanged']

export type Fix = Schemas['Fix']
/** How many places of a batch were kept. */
export type Taken = Schemas['Taken']
export type Shift = Schemas['ShiftView']
export type Heads = Schemas['Heads']
export type PostCoverage = Schemas['LineView']
export type Coverage = Schemas['CoverageView']
export type PostNews = Schemas['PostNewsView']
export type PostDetail = Schemas['PostView']
export type PostPage = Schemas['ScannedPost']
export type CheckIn = Schemas['CheckInView']
export type CheckOut = Schemas['CheckOutView']
export type Duty = Schemas['DutyView']
export type Colleague = Schemas['Colleague']

export type Badge = Schemas['BadgeShown']
export type BadgeList = Schemas['BadgesShown']
export type HeldUp = Schemas['HeldUpView']
export type Guard = Schemas['GuardView']
export type GuardImport = Schemas['GuardImportView']
export type GuardImportRow = Schemas['ImportRowView']
export type ConsoleUser = Schemas['ConsoleUserView']
export type ConsoleUserList = Schemas['ConsoleUserList']
export type LinkToPassword = Schemas['LinkToPassword']
export type Invitation = Schemas['InvitationView']
export type OwnSecondStep = Schemas['OwnSecondStep']
export type SecondStepBegun = Schemas['SecondStepBegun']
export type RecoveryCodes = Schemas['RecoveryCodes']
export type ConsoleAccount = Schemas['ConsoleAccountView']
export type UnusedAccount = Schemas['UnusedAccountView']
export type WaitingUnit = Schemas['WaitingUnit']
export type Post = Schemas['PostOnMap']
export type PostPerson = Schemas['PersonAtPost']
export type PostPeople = Schemas['PostDetails']
export type PersonFound = Schemas['PersonFound']
export type Arrivals = Schemas['Arrivals']
export type LivePage = Schemas['PeoplePage']

/** A tier of an alarm, which most schemas call a number. */
export type Tier = Schemas['Step']['tier']
type OfTier<T extends { tier: number | null }> = Omit<T, 'tier'> & { tier: Tier | Extract<T['tier'], null> }

export type Alarm = Omit<Schemas['AlarmView'], 'ladders' | 'responses' | 'tiers'> & {
  ladders: AlarmLadder[]
  responses: AlarmResponse[]
  tiers: AlarmTier[]
}
export type AlarmList = Omit<Schemas['AlarmListView'], 'items'> & { items: Alarm[] }
export type AlarmTier = OfTier<Schemas['TierView']>
export type AlarmResponse = OfTier<Schemas['ResponseView']>
export type AlarmPerson = Schemas['PersonOfAlarm']
export type AlarmCandidate = Schemas['CandidateView']
export type TimelineEntry = Schemas['EntryView']
export type AlarmPicture = Schemas['PictureView']
export type AlarmPictures = Schemas['PictureList']
export type TimelinePage = Schemas['TimelineView']
export type AlarmLadder = OfTier<Schemas['LadderView']>
export type EscalationStep = Schemas['Step']
export type EscalationPlan = Schemas['PlanView']
export type Channel = EscalationStep['channels'][number]
export type JointTask = Schemas['JointTaskView']
export type UnitContact = Schemas['UnitContact']

export type Unit = Schemas['UnitView']
export type JointPlan = Schemas['JointPlanView']
export type CallableUnit = Schemas['CallableUnit']
export type JointMessage = Schemas['JointMessageView']
export type JointLink = Schemas['JointLinkView']
export type AlarmDelivery = Schemas['DeliveryView']

export type Drill = Omit<Schemas['DrillView'], 'judgement'> & { judgement: OfTier<Schemas['JudgedTier']>[] | null }
export type DrillYear = Schemas['DrillYear']
export type GateDevice = Schemas['DeviceView']
export type DeviceWithKey = Schemas['DeviceWithKey']
export type DeviceTest = Schemas['DeviceTestView']
export type DeviceTestReport = Schemas['DeviceTestReport']
export type TestedPost = Schemas['TestedPost']
export type AlarmReport = Omit<Schemas['AlarmReport'], 'alarm' | 'drill' | 'targets' | 'told'> & {
  alarm: Alarm
  drill: Drill | null
  targets: OfTier<Schemas['TargetView']>[]
  told: (Omit<OfTier<Schemas['ToldView']>, 'channel'> & { channel: Channel })[]
}
export type FollowUp = Schemas['FollowUpView']

export type Category = Schemas['CheckInView']['category']
export type Group = keyof Heads
export type Role = Account['role']
export type AccountStatus = Account['status']
export type Flag = CheckIn['flags'][number]
export type PostState = PostCoverage['state']
export type SchoolKind = Post['school_kind']
export type AlarmKind = NonNullable<Alarm['kind']>
export type ResponseState = AlarmResponse['state']
export type Outcome = NonNullable<Alarm['outcome']>
export type UnitKind = Unit['kind']
export type UnitState = JointTask['state']
export type VolunteerKind = NonNullable<Schemas['NewGuard']['volunteer_kind']>
export type ListedMessage = Schemas['ListedView']
export type Hook = Schemas['HookView']
export type SmsUse = Schemas['SmsUse']
export type ChannelState = Schemas['ChannelView']
export type Checklist = Schemas['Checklist']
export type StoredOutline = Schemas['StoredOutline']
export type FirstStart = Schemas['SetupView']
export type ServerStatus = Schemas['Status']
export type StatusItem = Schemas['StatusItem']
export type ChannelTest = Schemas['TestView']
export type ShownTelephone = Schemas['TelephoneView']
export type ErasureReason = Schemas['GuardErasure']['reason']
export type TelephoneReason = Schemas['TelephoneAsked']['reason']
export type AuditRow = Schemas['AuditRowView']
export type PersonToChoose = Schemas['PersonToChoose']
export type Readiness = Schemas['ReadinessView']
export type HeldBack = Schemas['HeldBackList']
export type DeviceQuarter = Schemas['DeviceQuarter']
export type ReadinessGap = Readiness['counts'][number]['lack']
export type ConsentKind = 'account' | 'identity' | 'position'
export type Consent = Schemas['ConsentView']
export type ConsentText = Schemas['ConsentTextView']
export type OwnConsents = Schemas['OwnConsents']
export type TextDesk = Schemas['TextDesk']
export type TextDesks = Schemas['TextDesks']
export type ConsentTexts = Schemas['TextsList']

export const GROUPS: readonly Group[] = ['staff', 'security', 'volunteer', 'police']
export const CATEGORIES: readonly Category[] = ['volunteer', 'teacher', 'security', 'duty_leader', 'police']
export const CHANNELS: readonly Channel[] = ['socket', 'push', 'sms', 'chat', 'webhook']
export const CONSOLE_ROLES: readonly EscalationStep['roles'][number][] = ['school_admin', 'station_officer', 'dispatcher', 'district_admin']
export const ALARM_KINDS: readonly AlarmKind[] = ['intruder', 'fight', 'traffic', 'medical', 'fire', 'missing_child', 'crowding', 'suspicious', 'other']

export const UNIT_KINDS: readonly UnitKind[] = ['education_office', 'hospital', 'fire', 'traffic_police', 'street_office', 'other']
/** In the order in which a unit goes. */
export const UNIT_STATES: readonly UnitState[] = ['notified', 'acknowledged', 'on_the_way', 'arrived']

/** Tell the seat group that a category fills: leaders and teachers share one. */
export function groupOf(category: Category): Group {
  return category === 'duty_leader' || category === 'teacher' ? 'staff' : category
}

/** A page of a list; `next` asks for the one after it. */
export interface Page<T> {
  items: T[]
  next: Id | null
}

/** GeoJSON, which the document calls a dictionary. */
export interface Outline {
  type: 'MultiPolygon' | 'Polygon'
  coordinates: number[][][] | number[][][][]
}
/** Lines of the map; GeoJSON too. */
export interface Borders {
  type: 'MultiLineString'
  coordinates: number[][][]
}
export type Station = Omit<Schemas['StationView'], 'area'> & { area: Outline | null }
export type District = Omit<Schemas['DistrictView'], 'outline' | 'borders' | 'stations'> & {
  outline: Outline | null
  borders: Borders
  stations: Station[]
}

/** What a socket's batch carries; the document has the payloads as webhooks. */
export type FeedEvent =
  | { id: number; name: 'coverage.changed'; data: PostCoverage }
  | { id: number; name: 'post.changed'; data: PostNews }
  | { id: number; name: 'alarm.changed'; data: Alarm }
  | { id: number; name: 'guard.changed'; data: Schemas['GuardChanged'] }
  | { id: number; name: 'check_in.changed'; data: CheckIn }
  | { id: number; name: 'channel_test.sent'; data: Schemas['ChannelTestSent'] }
  | { id: number; name: 'drill.changed'; data: Drill }
  | { id: number; name: 'job.changed'; data: JobNews }
  | { id: number; name: 'roster.published'; data: Schemas['RosterPublished'] }
  | { id: number; name: 'places.changed'; data: Schemas['PlacesChanged'] }
  | { id: number; name: 'duty.answered'; data: DutyAnswered }
  | { id: number; name: 'device_test.changed'; data: DeviceTest }
export type Batch = Omit<Schemas['Batch'], 'events'> & { events: FeedEvent[] }
export type Cursor = Pick<Batch, 'epoch' | 'last'>
