/** Pure: what the pages of certificates show. */
import type { Certificate, Job } from '@/lib/wire'

/** The months that may be chosen, the oldest first, with none left out between the first and the last. */
export function monthsBetween(months: readonly string[]): string[] {
  const sorted = [...months].sort()
  const last = sorted[sorted.length - 1]
  const found: string[] = []
  for (let month = sorted[0]; month !== undefined && last !== undefined && month <= last; month = monthAfter(month)) found.push(month)
  return found
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
}

/** The newest job that makes a certificate's paper, of those that this page asked for. */
export const paperOf = (certificate: Certificate, jobs: readonly Job[], asked: ReadonlyMap<number, number>): Job | null =>
  jobs.find((job) => asked.get(job.id) === certificate.id) ?? null
