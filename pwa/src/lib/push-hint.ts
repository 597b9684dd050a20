/** Why a browser has no pushes, as far as its name tells: what helps is not the same everywhere. */
export type PushHint = 'wechat' | 'ios' | 'unsupported'

/** Tell what to say where pushes are not supported, by the browser's own name. */
export function pushHint(agent: string, touchPoints = 0): PushHint {
  if (/MicroMessenger/i.test(agent)) return 'wechat'
  // An iPad calls itself a Mac, but no Mac has a touch screen.
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return 'ios'
  return 'unsupported'
}
