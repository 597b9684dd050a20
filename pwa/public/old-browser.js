/* Shown where the program cannot run: in the words of the oldest browsers, without modules, Promise or fetch. */
;(function () {
  'use strict'
  var root = document.documentElement
  var onConsole = /^\/console(\/|$)/.test(location.pathname)
  // Chrome 87 and Safari 14 know both; the console asks for Chrome 100 or Safari 15.4.
  var fits = 'noModule' in document.createElement('script') && window.Promise && Promise.any && ''.replaceAll
  if (fits && onConsole) fits = [].findLast && window.structuredClone
  if (fits) return
  root.className += ' too-old'

  function line(tag, text, style) {
    var made = document.createElement(tag)
    made.appendChild(document.createTextNode(text))
    made.style.cssText = 'margin:0 0 14px;' + (style || '')
    page.appendChild(made)
    return made
  }

  var page = document.createElement('div')
  page.setAttribute('role', 'alert')
  page.style.cssText = 'max-width:34em;margin:0 auto;padding:24px 16px;font:18px/1.5 sans-serif;color:#14202b'
  var post = line('p', '', 'font-weight:bold;font-size:22px')
  line('h1', '这个浏览器太旧，打不开。', 'font-size:24px')
  line(
    'p',
    onConsole
      ? '请改用 Chrome 或 Edge 100 以上、Safari 15.4 以上的版本。'
      : '请改用：最新版的微信，或 Chrome 87、Safari 14（iOS 14）以上的浏览器。也可以请带班领导帮您签到。'
  )
  line('h1', 'This browser is too old.', 'font-size:24px').lang = 'en'
  line(
    'p',
    onConsole
      ? 'Use Chrome or Edge 100 or later, or Safari 15.4 or later.'
      : 'Use: the newest WeChat, or Chrome 87, Safari 14 (iOS 14) or later. The duty leader can check you in.'
  ).lang = 'en'
  var dial = line('a', '拨打 110 · Dial 110', 'display:block;padding:16px;border-radius:8px;background:#c8102e;color:#fff;font-size:24px;font-weight:bold;text-align:center;text-decoration:none')
  dial.href = 'tel:110'
  document.body.insertBefore(page, document.body.firstChild)

  var code = (/^\/p\/([0-9a-z]{4,20})\/?$/i.exec(location.pathname) || [])[1]
  if (!code) return
  post.firstChild.data = '岗位 Post: ' + code.toUpperCase()
  var ask = new XMLHttpRequest()
  ask.onreadystatechange = function () {
    if (ask.readyState !== 4 || ask.status !== 200) return
    var name = JSON.parse(ask.responseText).name
    if (name) post.firstChild.data = name
  }
  ask.open('GET', '/api/posts/' + code)
  ask.send()
})()
