/** What the console says of the coming days. */
export default {
  title: 'Coming week',
  link: 'Coming week',
  about: 'Seven days from today: where people may be missing, the most urgent posts first. A name opens the roster of its school.',
  toRoster: 'To the roster',
  filters: 'Choose',
  station: 'Station',
  school: 'School',
  every: 'All',
  post: 'Post',
  none: 'No posts.',
  sum: '{n} posts, {needed} seats at planned peaks',
  risk: { open: 'Open', cannot: 'Cannot come', asked: 'No answer', missed: 'Missed the last', first: 'First duty' },
  unplanned: '{n} peaks have no published plan',
  notPlanned: 'none',
  fine: 'nothing at risk',
  means: 'The figure of a day: seats that are open or whose holder said that he cannot come. ?: people who were reminded and have not answered, stayed away from their last duty, or have their first. Each seat counts once, for the gravest; peaks without a published plan do not count.',
}
