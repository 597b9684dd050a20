/** Calling somebody in for a no-show; a phone and a desk show it. */
export default {
  title: 'Call somebody in',
  missed: '{group}: {n} did not come',
  nobody: 'Nobody is free.',
  here: 'has stood at this post',
  far: 'has stood {distance} away',
  never: 'no duty these three months',
  duties: '{n} duties this week',
  ring: 'Call',
  ringOne: 'Show the telephone of {name} to call him in',
  call: 'Call {telephone}',
  about: 'Three at most: same group, approved, not away, neither planned nor on duty now; the nearest first. The platform tells nobody: you call. Looking at a number is recorded, and its owner sees it. Whoever comes counts for the post once confirmed; the no-show stays with who did not come.',
  again: 'Try again',
}
