/** Lending a post somebody: the desk asks, a guard on duty answers. */
export default {
  title: 'Lend from nearby',
  from: '{post}, {distance}, {n} of {group} to spare',
  short: '{post}, {distance}, none of {group} to spare',
  end: 'No longer needed',
  endOf: 'Tell {name}: no longer needed',
  ask: 'Ask',
  askOf: 'Ask {name}',
  word: 'Why that post may fall short (kept in the audit log)',
  asked: { asked: '{name} ({post}) is asked', coming: '{name} ({post}) is on the way, and counts once checked in here' },
  about: 'One tap accepts; until checked in here he counts at his own post.',
  ask1: 'A post nearby lacks somebody. Can you help?',
  where: '{post}, about {distance}',
  go: 'I go',
  cannot: 'I cannot go',
  coming: 'Go to {post} and scan its code. Until then you count at your own post.',
}
