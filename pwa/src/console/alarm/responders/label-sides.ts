/** A sign on the screen that would like a label beside it; pixels, `width` is the label's. */
export interface Sign {
  x: number
  y: number
  width: number
}

/** On which side of its sign a label stands, or that there is no room for it. */
export type Side = 'right' | 'left' | 'none'

const SIGN_PX = 14
const GAP_PX = 7
const HEIGHT_PX = 10

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Give each sign the side of its label so that no label covers a sign, another label or what is `taken`; the first choose first. */
export function labelSides(signs: readonly Sign[], taken: readonly Sign[]): Side[] {
  const full = [...signs, ...taken].map((sign) => box(sign.x - SIGN_PX, sign.x + SIGN_PX, sign.y, SIGN_PX))
  return signs.map((sign, index) => {
    for (const side of ['right', 'left'] as const) {
      const near = side === 'right' ? sign.x + SIGN_PX + GAP_PX : sign.x - SIGN_PX - GAP_PX
      const label = box(near, side === 'right' ? near + sign.width : near - sign.width, sign.y, HEIGHT_PX)
      if (full.some((other, at) => at !== index && meet(label, other))) continue
      full.push(label)
      return side
    }
    return 'none'
  })
}

function box(from: number, to: number, y: number, half: number): Box {
  return { left: Math.min(from, to), right: Math.max(from, to), top: y - half, bottom: y + half }
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
