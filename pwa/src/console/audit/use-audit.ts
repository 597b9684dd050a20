/** The audit log by what is asked of it, page by page. */
import { onMounted, reactive, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { AuditRow, Id, Page, PersonToChoose } from '@/lib/wire'
import { fromLocal } from '@/console/core/local-time'

const PAUSE_MS = 300

/** What is asked of the log; times as `<input type="datetime-local">` holds them. */
export interface AuditQuestion {
  act: string
  name: string
  subject: PersonToChoose | null
  actor: PersonToChoose | null
  since: string
  until: string
}

/** The log as far as it has been opened, and the acts to choose from. */
export interface AuditLog {
  question: AuditQuestion
  acts: ShallowRef<string[]>
  rows: ShallowRef<AuditRow[]>
  next: ShallowRef<Id | null>
  asked: Ref<boolean>
  problem: ShallowRef<unknown>
  load: () => Promise<void>
  more: () => Promise<void>
}

/** Ask the log; another question starts it anew. */
export function useAudit(zone: () => string): AuditLog {
  const question = reactive<AuditQuestion>({ act: '', name: '', subject: null, actor: null, since: '', until: '' })
  const acts = shallowRef<string[]>([])
  const rows = shallowRef<AuditRow[]>([])
  const next = shallowRef<Id | null>(null)
  const asked = ref(false)
  const problem = shallowRef<unknown>(null)
  let turn = 0
  let timer: number | undefined

  async function page(from: Id | null): Promise<void> {
    turn += 1
    const mine = turn
    problem.value = null
    try {
      const query = {
        act: question.act || null,
        name: question.name.trim() || null,
        subject_id: question.subject?.id ?? null,
        actor_id: question.actor?.id ?? null,
        since: fromLocal(question.since, zone()),
        until: fromLocal(question.until, zone()),
        cursor: from,
      }
      const found = await get<Page<AuditRow>>('/api/audit', { query })
      // Another question has been asked meanwhile.
      if (mine !== turn) return
      rows.value = from === null ? found.items : [...rows.value, ...found.items]
      next.value = found.next
      asked.value = true
    } catch (error) {
      if (mine === turn) problem.value = error
    }
  }

  async function load(): Promise<void> {
    await page(null)
    try {
      acts.value = (await get<{ items: string[] }>('/api/audit/acts')).items
    } catch (error) {
      problem.value = error
    }
  }

  onMounted(() => void load())
  watch(question, () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void page(null), PAUSE_MS)
  })
  return { question, acts, rows, next, asked, problem, load, more: () => page(next.value) }
}
