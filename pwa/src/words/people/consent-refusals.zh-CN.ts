/** A refusal that is met wherever somebody agrees to something. */
export default {
  unknown_consent_text: '同意书刚刚更新过，请看过新的内容再决定。',
}
