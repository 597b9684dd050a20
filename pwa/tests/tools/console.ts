import type { Alarm, AlarmResponse, Heads, Id, PostCoverage, Post, PostState, TimelineEntry } from '@/lib/wire'

/** Invented data for tests of the console's pure parts. */

/** An id as the wire writes it. */
export function id(value: number): Id {
  return value
}

export const FULL: Heads = { staff: 2, security: 2, volunteer: 2, police: 1 }
export const NOBODY: Heads = { staff: 0, security: 0, volunteer: 0, police: 0 }

export function aPost(number: number, changes: Partial<Post> = {}): Post {
  return {
    id: id(number),
    name: '南门',
    school_id: id(number),
    school_name: `第${number}小学`,
    school_kind: 'primary',
    station_id: id(1),
    latitude: 31.88,
    longitude: 117.25,
    fence_radius_m: 150,
    ...changes,
  }
}

export function aLine(post: number, present: Partial<Heads> = FULL, changes: Partial<PostCoverage> = {}): PostCoverage {
  const here: Heads = { ...NOBODY, ...present }
  const missing: Heads = {
    staff: Math.max(0, FULL.staff - here.staff),
    security: Math.max(0, FULL.security - here.security),
    volunteer: Math.max(0, FULL.volunteer - here.volunteer),
    police: Math.max(0, FULL.police - here.police),
  }
  const filled = 7 - missing.staff - missing.security - missing.volunteer - missing.police
  const state: PostState = filled === 7 ? 'full' : filled > 0 ? 'understaffed' : 'uncovered'
  return {
    post_id: id(post),
    version: 1,
    phase: 'running',
    state,
    peak: 'morning_arrival',
    date: '2026-11-23',
    opens_at: '2026-11-22T22:50:00Z',
    starts_at: '2026-11-22T23:20:00Z',
    ends_at: '2026-11-23T00:00:00Z',
    required: FULL,
    present: here,
    waiting: NOBODY,
    missing,
    since: '2026-11-22T23:20:00Z',
    seats: [],
    rostered: 7,
    no_shows: [],
    ...changes,
  }
}

export const RAISED = Date.parse('2026-11-22T23:36:05Z')

export function iso(seconds: number): string {
  return new Date(RAISED + seconds * 1000).toISOString()
}

export function aResponse(number: number, changes: Partial<AlarmResponse> = {}): AlarmResponse {
  return {
    id: id(number),
    account_id: id(number + 100),
    tier: 2,
    category: 'security',
    group: 'security',
    state: 'notified',
    distance_m: 200,
    bearing_deg: 0,
    from_post_id: id(2),
    why: 'nearest',
    notified_at: iso(0),
    answer_due_at: iso(15),
    responded_at: null,
    on_scene_at: null,
    ended_at: null,
    replaces: null,
    counts: true,
    doubt: null,
    off_scene_m: null,
    off_scene: false,
    ...changes,
  }
}

export function anEntry(number: number, seconds: number, act: TimelineEntry['act']): TimelineEntry {
  return { id: id(number), at: iso(seconds), actor_id: id(101), act, facts: {} }
}

export function anAlarm(number: number, changes: Partial<Alarm> = {}): Alarm {
  return {
    id: id(number),
    version: 1,
    post_id: id(1),
    place_name: '示例小学 南门',
    station_id: id(1),
    school_id: id(1),
    kind: 'suspicious',
    state: 'open',
    drill: false,
    raised_at: iso(0),
    claimed_at: iso(0),
    raised_by: id(100),
    session_state: 'active',
    source: 'phone',
    latitude: 31.88,
    longitude: 117.25,
    accuracy_m: 12,
    place_from: 'fix',
    acknowledged_at: null,
    acknowledged_by: null,
    tiers: ([[1, 60], [2, 180], [3, 300]] as const).map(([tier, target]) => ({
      tier,
      target_s: target,
      due_at: iso(target),
      met_at: null,
      met_by: null,
    })),
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
    ...changes,
  }
}
