/** Badges: the duty leader scans them, to check people without a phone in and out. */
export default {
  badge: {
    scan: 'Scan a badge',
    title: 'Scan a badge',
    opening: 'Opening the camera…',
    unloaded: 'The reader of codes has not come. Try again with a network, or find by name.',
    none: 'The camera does not open. Find by name instead.',
    camera: 'What the camera sees',
    found: '{name}',
    in: 'Check in',
    out: 'Check out',
    another: 'Scan the next one',
    byName: 'Find by name',
    isIn: '{name} is checked in by badge',
    isOut: '{name} is checked out',
    asking: 'Looking it up…',
    outByName: 'Check {name} out',
  },
}

export const refusals = {
  badge_forged: 'This is no badge of ours. Nobody was checked in.',
  badge_revoked: 'This badge was revoked (it may have been lost). Ask for the new one, or find by name.',
  badge_foreign: 'This badge belongs to somebody of another school, who cannot be checked in here.',
  badge_suspended: 'The account of this person is suspended.',
  checks_out_himself: 'He checked in with his own phone, and checks out himself.',
}
