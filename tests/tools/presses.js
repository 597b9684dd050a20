// Notes, in a page of ours, what a hand presses and what is sent thereupon; read by presses.py.
(() => {
  if (window !== window.top) return
  const CONTROLS = 'button, a[href], summary, [role=button], [role=switch], [role=tab]'
  const told = new Set()
  const tell = (...record) => {
    const text = JSON.stringify([location.pathname, ...record])
    if (told.has(text)) return
    told.add(text)
    void window.notePress(text)
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
  const shown = (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0
  const chinese = () => document.documentElement.lang.startsWith('zh')
  const look = () => {
    if (document.body && chinese()) [...document.querySelectorAll(CONTROLS)].filter(shown).forEach((one) => tell('seen', ...control(one)))
  }

  let pressed = false
  const press = (event) => {
    if (!event.isTrusted) return
    pressed = true
    const one = event.target instanceof Element ? event.target.closest(CONTROLS) : null
    if (one && chinese()) tell('pressed', ...control(one))
    look()
  }
  addEventListener('click', press, true)
  addEventListener('pointerdown', press, true)
  addEventListener('keydown', (event) => (pressed ||= event.isTrusted), true)
  // Heard last: whoever took the key has prevented what the browser would do with it.
  addEventListener('keydown', (event) => event.isTrusted && event.defaultPrevented && tell('key', event.key.toLowerCase()))
  setInterval(look, 500)

  const { fetch } = window
  window.fetch = function (address, options) {
    const method = options?.method ?? 'GET'
    // What a test sends by itself comes from no file of the page.
    if (method !== 'GET' && new Error().stack.includes('/assets/')) {
      tell('sent', method, new URL(address, location.href).pathname, pressed)
    }
    return fetch.apply(this, arguments)
  }
})()
