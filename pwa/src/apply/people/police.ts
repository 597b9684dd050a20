/** Pure: which roles are consoles of the police. */
import type { Role } from '@/lib/wire'

const POLICE: readonly Role[] = ['station_officer', 'dispatcher', 'district_admin']

/** Whether a role, as an entry of a timeline has it, is one of the police's consoles. */
export const isPolice = (role: unknown): boolean => POLICE.some((one) => one === role)
