/** A registration under way: the ticket of the code's check, kept over a reload. */
import { shallowRef } from 'vue'

export interface Registration {
  ticket: string
  code: string
  placeName: string
  phone: string
  /** The account of this number closed because nobody used it; one of an earlier page says nothing. */
  unused?: boolean
}

const STORE_KEY = 'huxue.registration'

function recalled(): Registration | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORE_KEY) ?? 'null') as Registration | null
  } catch {
    return null
  }
}

export const registration = shallowRef<Registration | null>(recalled())

function keep(value: Registration | null): void {
  registration.value = value
  try {
    if (value) sessionStorage.setItem(STORE_KEY, JSON.stringify(value))
    else sessionStorage.removeItem(STORE_KEY)
  } catch {
    // No storage: a reload starts anew with another code.
  }
}

export const startRegistration = (value: Registration): void => keep(value)
export const endRegistration = (): void => keep(null)

/** Why a registration ended without an account, for the page that it leads back to. */
let refusedBecause: string | null = null

export function refuseRegistration(sentence: string): void {
  refusedBecause = sentence
  endRegistration()
}

export function takeRefusal(): string | null {
  const sentence = refusedBecause
  refusedBecause = null
  return sentence
}
