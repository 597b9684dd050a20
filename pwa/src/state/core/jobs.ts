/** The long work that I asked for: fetched when a page shows it, and kept up with by news from then on. */
import { computed, shallowReactive } from 'vue'
import { applyJobEvents } from '@/apply/core/jobs'
import { get, newRequestId, post } from '@/lib/http'
import type { FeedEvent, Id, Job, JobPage } from '@/lib/wire'
import { account } from '@/state/people/session'

// Whose they are: after another sign-in on this page they are nobody's.
const known = shallowReactive<{ owner: Id | null; jobs: Job[] }>({ owner: null, jobs: [] })

/** My newest jobs; none before they were fetched. */
export const myJobs = computed<Job[]>(() => (known.owner !== null && known.owner === account.value?.id ? known.jobs : []))

function keep(jobs: Job[]): void {
  known.owner = account.value?.id ?? null
  known.jobs = jobs
}

/** Fetch my newest jobs; from then on news of them counts. */
export async function fetchJobs(): Promise<void> {
  keep((await get<JobPage>('/api/jobs')).items)
}

/** Take a job that an answer has shown. */
export function takeJob(job: Job): void {
  keep([job, ...myJobs.value.filter((one) => one.id !== job.id)].sort((a, b) => b.id - a.id))
}

/** Take what the feed tells, once a page has asked for them. */
export function takeJobEvents(events: readonly FeedEvent[]): void {
  if (known.owner === null || known.owner !== account.value?.id) return
  const told = applyJobEvents(known.jobs, events, known.owner)
  known.jobs = told.jobs
  if (told.unknown) void fetchJobs().catch(() => undefined)
}

export async function cancelJob(id: Id): Promise<void> {
  takeJob(await post<Job>(`/api/jobs/${id}/cancellation`, { request_id: newRequestId() }))
}
