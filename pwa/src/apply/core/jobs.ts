/** Long work: what a page knows of the jobs that somebody asked for, and what news makes of it. */
import type { FeedEvent, Id, Job } from '@/lib/wire'

const ENDED: ReadonlySet<Job['state']> = new Set<Job['state']>(['done', 'failed', 'cancelled'])

export const hasEnded = (job: Pick<Job, 'state'>): boolean => ENDED.has(job.state)

/** The part of the work that is done, in percent; nothing while nobody knows how much there is. */
export const percentOf = (job: Pick<Job, 'done' | 'total'>): number | null =>
  job.total ? Math.min(100, Math.round((100 * job.done) / job.total)) : null

/** What events tell of jobs; `unknown` are those of which more is to be fetched: new ones, and those that ended. */
export function applyJobEvents(jobs: readonly Job[], events: readonly FeedEvent[], accountId: Id): { jobs: Job[]; unknown: boolean } {
  let unknown = false
  const known = new Map(jobs.map((one) => [one.id, one]))
  for (const event of events) {
    if (event.name !== 'job.changed') continue
    const news = event.data
    // A console's room hears of its colleagues' jobs too.
    if (news.account_id !== accountId) continue
    const job = known.get(news.id)
    if (!job || hasEnded(news)) unknown = true
    if (job) known.set(news.id, { ...job, state: news.state, done: news.done, total: news.total })
  }
  return { jobs: [...known.values()], unknown }
}
