/** The shapes of states as SVG, for markers of the map. */
import type { Group, PostState } from '@/lib/wire'

/** Every state a symbol can show: a post's four, an alarm, a drill, and a check-in that waits. */
export type SymbolName = PostState | 'alarm' | 'drill' | 'pending' | 'clock'

/** Shapes on a 24 px square; colours come from the classes in symbols.css, so that states stay in one place. */
const SHAPES: Record<SymbolName, string> = {
  full: '<circle class="s-fill" cx="12" cy="12" r="10.5"/><path class="s-mark" d="M7.2 12.4l3.2 3.2 6.4-6.9"/>',
  understaffed: '<path class="s-fill s-edge" d="M12 3L22 20.6H2Z"/>',
  uncovered: '<path class="s-hollow" d="M12 2.6L21.4 12L12 21.4L2.6 12Z"/>',
  off_duty: '<rect class="s-fill" x="3" y="10" width="18" height="4" rx="2"/>',
  alarm:
    '<path class="s-fill" d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4Z"/>' +
    '<rect class="s-on" x="10.6" y="5.6" width="2.8" height="8" rx="1.4"/><circle class="s-on" cx="12" cy="17.2" r="1.7"/>',
  drill:
    '<path class="s-dashed" d="M7.4 1.6h9.2l5.8 5.8v9.2l-5.8 5.8H7.4l-5.8-5.8V7.4Z"/>' +
    '<rect class="s-fill" x="10.9" y="6" width="2.2" height="7.6" rx="1.1"/><circle class="s-fill" cx="12" cy="17" r="1.4"/>',
  pending:
    '<rect class="s-dashed" x="2" y="2" width="20" height="20" rx="4"/>' +
    '<path class="s-line" d="M8 6.5h8M8 17.5h8M9 6.5c0 3 6 4.5 6 5.5s-6 2.5-6 5.5M15 6.5c0 3-6 4.5-6 5.5s6 2.5 6 5.5"/>',
  clock: '<circle class="s-line" cx="12" cy="12" r="9"/><path class="s-line" d="M12 7v5.5l3.5 2"/>',
}

/** Discs on the map stand without their check while they are small. */
const PLAIN_DISC = '<circle class="s-fill s-rim" cx="12" cy="12" r="10.5"/>'

/** The outline of each group's person, on a 24 px square. */
export const PERSON_SHAPES: Record<Group, string> = {
  staff: 'M2.5 21.5V11a9.5 9.5 0 0 1 19 0v10.5Z',
  security: 'M2.5 2.5h19v19h-19Z',
  volunteer: 'M12 1.5L21.5 6.800v10.400L12 22.5L2.5 17.200V6.800Z',
  police: 'M2.5 2.5h19v9.5c0 5-4 8.5-9.5 10.5C6.5 20.5 2.5 17 2.5 12Z',
}

/** Draw a state's symbol as SVG text, hidden from screen readers since words stand beside it. */
export function symbolSvg(symbol: SymbolName, size: number, plain = false): string {
  const shape = plain && symbol === 'full' ? PLAIN_DISC : SHAPES[symbol]
  return (
    `<svg class="symbol is-${symbol}" width="${size}" height="${size}" viewBox="0 0 24 24" ` +
    `aria-hidden="true" focusable="false">${shape}</svg>`
  )
}

/** Make text safe to stand in markup that Leaflet is given as a string. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/gu, (sign) => `&#${sign.codePointAt(0)};`)
}
