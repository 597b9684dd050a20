/** Pure: what each role may do at the console. */
import type { ExportName, Id, Role } from '@/lib/wire'
import { isPolice } from './police'

/** What a role may do at the console; the server decides again, this only spares buttons that would be refused. */
export interface Permissions {
  acknowledge: boolean
  dispatch: boolean
  crossFloor: boolean
  resolve: boolean
  confirm: boolean
  approve: boolean
  handOn: boolean
  erase: boolean
  keepUnused: boolean
  see: boolean
  seeUnits: boolean
  editUnits: boolean
  hooks: boolean
  runDrills: boolean
  keepDevices: boolean
  seeAudit: boolean
  /** The security administrator of separate roles. */
  letIn: boolean
  takeExports: boolean
  exportTelephones: boolean
  editCalendar: boolean
  editTexts: boolean
  importGuards: boolean
  manageUsers: boolean
  seePlaces: boolean
  seeStatus: boolean
  keepCertificates: boolean
}

/** Which lists a role may take as a file. */
const EXPORTS: Partial<Record<Role, readonly ExportName[]>> = {
  school_admin: ['guards', 'duties', 'attendance'],
  station_officer: ['guards', 'duties', 'alarms', 'attendance', 'places'],
  district_admin: ['guards', 'duties', 'alarms', 'attendance', 'places'],
  auditor: ['audit'],
}

export const exportsOf = (role: Role | null): readonly ExportName[] => (role && EXPORTS[role]) ?? []

const NEAR: readonly Role[] = ['school_admin', 'station_officer']

/** Whether an alarm is a console's to handle: a school that has only a further place of it sees counts and its own people. */
export function handles(account: { role: Role; school_id: Id | null } | null, alarm: { school_id: Id }): boolean {
  return account?.role !== 'school_admin' || account.school_id === alarm.school_id
}

/** Tell what a role may do; `separate`: administrator, security administrator and auditor are apart. */
export function permissionsOf(role: Role | null, separate = false): Permissions {
  const police = isPolice(role)
  const guardian: Role = separate ? 'security_admin' : 'district_admin'
  const near = role !== null && NEAR.includes(role)
  return {
    acknowledge: police || near,
    dispatch: police,
    crossFloor: role === 'dispatcher',
    resolve: police,
    confirm: near,
    approve: near,
    handOn: role === 'district_admin',
    erase: role === guardian,
    keepUnused: role === guardian,
    see: police || near,
    seeUnits: role === 'dispatcher' || role === 'district_admin',
    editUnits: role === 'district_admin',
    hooks: role === 'district_admin',
    runDrills: police,
    seeAudit: role === 'auditor',
    letIn: separate && role === 'security_admin',
    takeExports: exportsOf(role).length > 0,
    editTexts: role === 'district_admin',
    importGuards: role === 'school_admin' || role === 'district_admin',
    exportTelephones: role === 'station_officer' || role === 'district_admin',
    editCalendar: role === 'district_admin',
    keepDevices: role === 'station_officer' || role === 'district_admin',
    manageUsers: role === 'district_admin',
    keepCertificates: role === 'district_admin',
    seeStatus: role === 'district_admin',
    seePlaces: role === 'district_admin' || role === 'station_officer',
  }
}
