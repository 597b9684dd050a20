/** What the account that is signed in may do at the console. */
import { computed } from 'vue'
// eslint-disable-next-line no-restricted-syntax -- the one place
import { permissionsOf } from '@/apply/people/permissions'
import { account, session } from '@/state/people/session'

export const permissions = computed(() => permissionsOf(account.value?.role ?? null, session.me?.settings.separate_roles ?? false))
