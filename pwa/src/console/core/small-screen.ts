/** Whether the console stands on a phone or an upright tablet, where one column scrolls as a whole (`style/narrow.css`). */
export function isSmallScreen(): boolean {
  return window.matchMedia('(max-width: 860px)').matches
}
