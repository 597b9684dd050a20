/** The console's posts at this moment: the curve, the filter, the list. */
export default {
  curve: { title: 'Arrivals', dashed: 'Dashed: required', spoken: 'Arrivals: {n} of {of} required have come', none: 'Drawn once a peak begins' },
  filter: {
    label: 'Filter posts',
    search: 'School, post, name, last 4 digits',
    station: 'Station',
    school: 'School',
    kind: 'Kind',
    all: 'all',
    missing: 'Missing',
    missingGroup: 'Show only posts that miss: {group}',
    gapsOnly: 'Gaps only',
    clear: 'Clear filters',
  },
  list: {
    rail: 'Alarms and posts',
    gaps: 'Gaps',
    found: 'Found',
    waiting: 'To confirm',
    worstFirst: 'worst first',
    missingFor: '{n} min',
    lacks: 'missing: {who}',
    nobody: 'nobody',
    nothing: 'No post matches these filters.',
    none: {
      full: 'Every post is full.',
      full_but_off: 'All {n} posts on duty are full; {off} have no shift now.',
      no_shift: 'No post has a shift now.',
    },
  },
  schoolKind: { kindergarten: 'Kindergarten', primary: 'Primary', junior: 'Junior high', senior: 'Senior high', nine_year: 'Nine-year', special: 'Special needs' },
}
