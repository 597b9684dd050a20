// Notes, in a page of ours, what a hand presses, what is sent thereupon and which refusals are said; read by presses.py.
(() => {
  if (window !== window.top) return
  const CONTROLS = 'button, a[href], summary, [role=button], [role=switch], [role=tab]'
  // What is sent later than this after a press is not its doing. Taken before a test winds the page's clock.
  const WITHIN_MS = 10_000
  const LOOK_MS = 500
  // So long what stood before the address changed (the browser's "back" changes it first) may be the page that goes.
  const LEAVES_MS = 5_000
  const { fetch, setInterval, setTimeout } = window
  const now = performance.now.bind(performance)

  const told = new Set()
  const tell = (...record) => {
    const text = JSON.stringify([location.pathname, ...record])
    if (told.has(text)) return
    told.add(text)
    void window.notePress(text)
    window.pressesTold = [...told]
  }
  const shape = (one) => [one.tagName.toLowerCase(), one.classList[0]].filter(Boolean).join('.')
  const texts = (one) => {
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('kbd')) found.push(walker.currentNode.data.trim())
    return found.filter(Boolean)
  }
  const named = (one) => (one.ariaLabel ? [one.ariaLabel] : [...texts(one), one.title].filter(Boolean))
  // A page's own, or of the frame around every page.
  const own = (one) => one.closest('main, form, [role=dialog]') !== null
  const control = (one) => [own(one), named(one), `${shape(one.parentElement)} > ${shape(one)}`, one.getAttribute('href') ?? '']
  const shown = (one) => !one.disabled && one.ariaBusy !== 'true' && one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0
  const chinese = () => document.documentElement.lang.startsWith('zh')
  let [path, since] = [location.pathname, now()]
  const firstSeen = new WeakMap()
  const settled = (one) => {
    if (!firstSeen.has(one)) firstSeen.set(one, now())
    return firstSeen.get(one) >= since || now() - since > LEAVES_MS
  }
  const look = () => {
    if (path !== location.pathname) [path, since] = [location.pathname, now()]
    if (!document.body || !chinese()) return
    const controls = [...document.querySelectorAll(CONTROLS)].filter(shown).filter(settled)
    controls.forEach((one) => tell('seen', ...control(one)))
  }

  let last = null // the press that what is sent now comes from
  const press = (event) => {
    // What a script presses takes the place of what a hand pressed before it.
    last = event.isTrusted ? now() : null
    if (!event.isTrusted) return
    const one = event.target instanceof Element ? event.target.closest(CONTROLS) : null
    if (one && chinese() && shown(one)) tell('pressed', ...control(one))
    look()
  }
  const byHand = () => last !== null && now() - last < WITHIN_MS
  for (const kind of ['click', 'pointerdown', 'keydown']) addEventListener(kind, kind === 'keydown' ? (event) => (last = event.isTrusted ? now() : null) : press, true)
  // Heard last: whoever took the key has prevented what the browser would do with it.
  addEventListener('keydown', (event) => event.isTrusted && event.defaultPrevented && tell('key', event.key.toLowerCase()))
  setInterval(look, LOOK_MS)

  // Which of a refusal's sentences the page says, soon after it came.
  const hear = async (answer) => {
    const { code } = await answer.json()
    const sentences = (window.refusalSentences[code] ?? []).map((one) => new RegExp(one))
    for (let left = 50; left > 0; left -= 1) {
      if (sentences.some((one) => one.test(document.body.innerText))) return tell('refusal', code)
      await new Promise((done) => setTimeout(done, 100))
    }
  }
  window.fetch = function (address, options) {
    const method = options?.method ?? 'GET'
    const answer = fetch.apply(this, arguments)
    // What a test sends by itself comes from no file of the page.
    if (method !== 'GET' && new Error().stack.includes('/assets/')) {
      const pressed = byHand()
      tell('sent', method, new URL(address, location.href).pathname, pressed)
      if (pressed) answer.then((one) => one.ok || hear(one.clone()).catch(() => {}), () => {})
    }
    return answer
  }

  // A clip goes by the older way, whose progress is seen; so does the socket's polling, which is nobody's press.
  const { open, send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.open = function (method, address) {
    this.noted = [method, new URL(address, location.href).pathname]
    return open.apply(this, arguments)
  }
  XMLHttpRequest.prototype.send = function () {
    const [method, path] = this.noted
    if (method !== 'GET' && path.startsWith('/api/')) {
      const pressed = byHand()
      tell('sent', method, path, pressed)
      const said = async () => (this.responseType === 'json' ? this.response : JSON.parse(this.responseText))
      if (pressed) this.addEventListener('load', () => this.status >= 400 && hear({ json: said }).catch(() => {}))
    }
    return send.apply(this, arguments)
  }
})()
