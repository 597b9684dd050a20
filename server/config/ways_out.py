"""Ways out: SMS, push, chat rooms and webhooks."""

from server.config.reading import Setting, names, secret, switch, whole

WAYS_OUT: dict[str, Setting] = {
    "sms_url": Setting(
        "HUXUE_SMS_URL",
        "URL",
        "",
        "Webhook that sends SMS: one-time codes, calls to alarms, links for units; empty: no SMS.",
    ),
    "sms_secret": Setting(
        "HUXUE_SMS_SECRET",
        "text",
        "",
        "Key of the HMAC-SHA256 signature on each call of the SMS webhook; required with it.",
        secret(32),
    ),
    "sms_hosts": Setting(
        "HUXUE_SMS_HOSTS",
        "host names",
        "",
        "The only hosts that the SMS webhook may be on, separated by commas; a call to any other is refused.",
        names,
    ),
    "sms_private": Setting(
        "HUXUE_SMS_PRIVATE",
        "0 or 1",
        "0",
        "Whether the SMS gateway may have a private address or speak plain HTTP.",
        switch,
    ),
    "push_public_key": Setting(
        "HUXUE_PUSH_PUBLIC_KEY",
        "text",
        "",
        "Public key of Web Push; `flask channels make-keys` makes the pair; empty: no push.",
    ),
    "push_private_key": Setting(
        "HUXUE_PUSH_PRIVATE_KEY", "text", "", "Private key of Web Push; a new pair needs new subscriptions."
    ),
    "push_subject": Setting(
        "HUXUE_PUSH_SUBJECT",
        "URL",
        "",
        "Whom a push service can reach about the pushes: `mailto:…` or `https://…`; required with the keys.",
    ),
    "sms_a_month": Setting(
        "HUXUE_SMS_A_MONTH",
        "messages",
        "0",
        "SMS of duties and notices that a district may send in a calendar month; what is beyond is held back and "
        "counted. Alarms, one-time codes and tests are never counted. 0: no budget.",
        whole(0, 100_000_000),
    ),
    "push_hosts": Setting(
        "HUXUE_PUSH_HOSTS",
        "host names",
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
        "The only push services that are called, separated by commas; `*.name` means all below a name.",
        names,
    ),
    "push_private": Setting(
        "HUXUE_PUSH_PRIVATE",
        "0 or 1",
        "0",
        "Whether a push service may have a private address or speak plain HTTP.",
        switch,
    ),
    "hook_hosts": Setting(
        "HUXUE_HOOK_HOSTS",
        "host names",
        "qyapi.weixin.qq.com,oapi.dingtalk.com,open.feishu.cn",
        "The only hosts that webhooks may be on, separated by commas; empty: no chat rooms, no webhooks.",
        names,
    ),
    "hook_private": Setting(
        "HUXUE_HOOK_PRIVATE",
        "0 or 1",
        "0",
        "Whether a webhook may have a private address or speak plain HTTP.",
        switch,
    ),
}
