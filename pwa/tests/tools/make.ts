/** Plain values for tests. */
import type { Alarm, AlarmResponse, CheckIn, PostCoverage, Shift } from '@/lib/wire'

export const shift: Shift = {
  peak: 'morning_arrival',
  date: '2026-11-23',
  opens_at: '2026-11-22T22:50:00Z',
  starts_at: '2026-11-22T23:20:00Z',
  late_after: '2026-11-22T23:25:00Z',
  ends_at: '2026-11-23T00:00:00Z',
  check_out_opens_at: '2026-11-22T23:50:00Z',
  closes_at: '2026-11-23T00:30:00Z',
}

const none = { staff: 0, security: 0, volunteer: 0, police: 0 }

export function line(postId: number, version: number, change: Partial<PostCoverage> = {}): PostCoverage {
  return {
    post_id: postId,
    version,
    phase: 'running',
    state: 'uncovered',
    peak: 'morning_arrival',
    date: '2026-11-23',
    opens_at: shift.opens_at,
    starts_at: shift.starts_at,
    ends_at: shift.ends_at,
    required: { staff: 2, security: 2, volunteer: 2, police: 1 },
    present: none,
    waiting: none,
    missing: { staff: 2, security: 2, volunteer: 2, police: 1 },
    since: shift.opens_at,
    seats: [],
    rostered: 0,
    no_shows: [],
    ...change,
  }
}

export function response(id: number, accountId: number | null, change: Partial<AlarmResponse> = {}): AlarmResponse {
  return {
    id,
    account_id: accountId,
    tier: 2,
    category: 'security',
    group: 'security',
    state: 'notified',
    distance_m: 240,
    bearing_deg: 45,
    from_post_id: 2,
    why: 'nearest',
    notified_at: '2026-11-22T23:36:05Z',
    answer_due_at: '2026-11-22T23:36:20Z',
    responded_at: null,
    on_scene_at: null,
    ended_at: null,
    replaces: null,
    counts: true,
    doubt: null,
    off_scene_m: null,
    off_scene: false,
    ...change,
  }
}

export function alarm(id: number, version: number, change: Partial<Alarm> = {}): Alarm {
  return {
    id,
    version,
    post_id: 1,
    place_name: '示例小学 南门',
    station_id: 1,
    school_id: 1,
    kind: null,
    state: 'open',
    drill: false,
    raised_at: '2026-11-22T23:36:05Z',
    claimed_at: '2026-11-22T23:36:02Z',
    raised_by: 7,
    session_state: 'active',
    source: 'phone',
    latitude: 31.88,
    longitude: 117.26,
    accuracy_m: 12,
    place_from: 'fix',
    acknowledged_at: null,
    acknowledged_by: null,
    tiers: [],
    responses: [],
    shortages: [],
    reporters: [],
    reporter_count: 0,
    ladders: [],
    deliveries: [],
    merged_into: null,
    full_standing: true,
    covert: false,
    held_until: null,
    places: [],
    asides: [],
    joint_tasks: [],
    timeline: [],
    timeline_count: 0,
    resolved_at: null,
    resolved_by: null,
    outcome: null,
    finding: null,
    ...change,
  }
}

export function checkIn(change: Partial<CheckIn> = {}): CheckIn {
  return {
    id: 5,
    account_id: 7,
    post_id: 1,
    post_name: '示例小学 南门',
    category: 'volunteer',
    group: 'volunteer',
    shift,
    verdict: 'on_time',
    minutes_late: 0,
    verified: true,
    flags: [],
    distance_m: 12,
    at: '2026-11-22T23:12:00Z',
    claimed_at: '2026-11-22T23:12:00Z',
    checked_out_at: null,
    confirmed_by: null,
    confirmed_at: null,
    ...change,
  }
}
