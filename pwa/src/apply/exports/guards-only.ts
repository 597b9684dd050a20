/** To which guards an export is narrowed, as an address says it: the page of people leads to exports with its filters. */
import { CATEGORIES, type AccountStatus, type GuardsOnly } from '@/lib/wire'

const STATUSES: readonly AccountStatus[] = ['pending', 'approved', 'suspended']

/** Read it; what is not understood is left out. */
export function guardsOnly(query: Readonly<Record<string, unknown>>): GuardsOnly | null {
  const said = (name: string, form: RegExp): string | null => (typeof query[name] === 'string' && form.test(query[name]) ? query[name] : null)
  const school = said('school_id', /^[1-9]\d{0,14}$/)
  const found: GuardsOnly = {
    status: STATUSES.find((one) => one === query.status) ?? null,
    category: CATEGORIES.find((one) => one === query.category) ?? null,
    school_id: school === null ? null : Number(school),
    never_served: query.never_served === 'true',
    away_on: said('away_on', /^\d{4}-\d{2}-\d{2}$/),
  }
  return Object.values(found).some(Boolean) ? found : null
}
