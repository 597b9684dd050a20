"""What no test presses, each with its reason; whatever is pressed after all must leave its list."""

# Write routes without a control on any page.
NO_CONTROL = {
    "POST /api/device-alarms": "gate devices call it, with keys of their own",
    "DELETE /api/push-subscriptions": "the tests' Chromium has no push service; tested over HTTP",
    "POST /api/push-subscriptions": "the tests' Chromium has no push service; tested over HTTP",
}

# Paths that one face writes to, pressed on the other alone; (face, path).
UNPRESSED_HERE: dict[tuple[str, str], str] = {
    ("phone", "/api/session/password"): "the console sends it, by what both faces share",
}

# Write routes that pages call by themselves; a page must have called them.
BY_ITSELF = {
    "POST /api/positions": "a phone on duty tells where it is",
    "POST /api/alarms/{alarm_id}/receipts": "a page tells that it shows a call",
    "POST /api/channels/tests/{test_id}/receipts": "a page tells that it had a test",
}

# The console's keys; (folder of the page, key).
UNPRESSED_KEYS: dict[tuple[str, str], str] = {
    ("alarm", "escape"): "pressed, and noted on the page where it leads",
}

# Controls by the name that ``tests.tools.pressed`` gives them.
UNPRESSED: dict[str, str] = {
    "every page of the console: 辖区以外": "a link of the bar of open alarms like all others, by where its alarm is",
    "every page of the phone: 正在定位": "the control of the place for a moment, until the place has come",
    "/respond/:id: 播放视频：{name}，{time}": "the part of the alarm's own page, pressed there",
    "/j/:token: 在地图应用中打开": "it leaves for the phone's own map application",
}

# Controls that stand for a moment, and may be pressed then or not.
FOR_A_MOMENT: dict[str, str] = {
    "/console/alarms/:id: 搁置报警人": "one with 搁置{name}, until the name has come",
}

# Refusals that no control gets in a browser of the tests; their sentences stand all the same.
UNSAID: dict[str, str] = {
    "bad_request": "our pages send JSON that can be read",
    "busy": "of a read under load",
    "still_adding_up": "for the seconds in which the clock adds a month up; tested over HTTP",
    "unknown_certificate": "of a read; the page says it in words of its own",
    "cannot_write_now": "needs a database that fails; tested over HTTP",
    "clock_stopped": "of /readyz",
    "heads_by_rule": "the page offers no heads of a post that has served; tested over HTTP",
    "station_closed": "the page offers open stations alone; a school of a closed one is closed; tested over HTTP",
    "place_outside_district": "of a district with an outline; tested over HTTP",
    "bad_username": "the page looks at it before it sends; tested over HTTP",
    "role_not_given": "the page offers the roles alone that are given; tested over HTTP",
    "scope_missing": "the page asks for it before it sends; tested over HTTP",
    "given_by_yourself": "the page offers it to others alone; tested over HTTP",
    "security_admin_closes": "of separate roles; tested over HTTP",
    "security_admin_confirms": "the page offers it while the roles are one alone; tested over HTTP",
    "second_step_is_on": "the page offers to set up only what is off; tested over HTTP",
    "second_step_not_begun": "the page asks for a code once there is a secret alone; tested over HTTP",
    "user_closed": "the page offers neither for a closed account; tested over HTTP",
    "not_yours_to_correct": "the page offers nothing in records of others; tested over HTTP",
    "own_account": "the page offers nothing in one's own row; tested over HTTP",
    "reason_missing": "the page asks for it before it sends; tested over HTTP",
    "bad_input": "our pages check what is typed before they send it; tested over HTTP",
    "consent_missing": "the page asks for each consent before it sends",
    "cursor_too_old": "of a read; the feed fetches anew",
    "device_of_other_post": "a device's, no page's",
    "password_too_short": "the page counts before it sends; tested over HTTP",
    "disk_full": "needs a full disk; tested over HTTP",
    "duty_over": "the page offers those alone who are on duty; tested over HTTP",
    "police_record": "the page offers no other category or school for police; tested over HTTP",
    "import_changes_nothing": "the page offers to take over only what changes something; tested over HTTP",
    "import_has_faults": "the page offers to take over only a list without faults; tested over HTTP",
    "outline_too_large": "the page looks at the size before it sends; tested over HTTP",
    "import_too_large": "the page looks at the size before it sends; tested over HTTP",
    "epoch_changed": "of a read; the feed fetches anew",
    "files_away": "a file is fetched by a link of the browser; tested over HTTP",
    "foreign_origin": "a page of ours is never foreign",
    "half_day_peaks": "the page asks for some of the peaks before it sends",
    "json_expected": "our pages send JSON",
    "loopback_only": "the tests' browsers are on this machine",
    "method_not_allowed": "our pages use the methods there are",
    "name_too_short": "of a search, which is a read",
    "no_channel": "whoever asks has a page open, which is a way",
    "no_code_channel": "needs a server without SMS, outside the demo",
    "no_peaks": "the page asks for a peak in each season before it sends",
    "no_position_consent": "of a position, which a phone sends by itself",
    "no_session": "a page that hears it leads to signing in",
    "shift_changes_now": "needs a peak within half an hour after midnight; tested over HTTP",
    "not_a_demo": "needs a server with a real district",
    "not_approved": "of a search, which is a read, and of certificates, over HTTP",
    "not_called": "of a receipt, which a page sends by itself",
    "not_mergeable": "the page offers neither the alarm itself nor a drill beside a real one",
    "not_on_verified_duty": "of a search, which is a read",
    "not_your_alarm": "a phone has these buttons for alarms of its own alone; a school with a further place, over HTTP",
    "too_late_to_give_back": "needs a deadline that passes between a look and a press; tested over HTTP",
    "too_late_to_swap": "needs a deadline that passes between a look and a press; tested over HTTP",
    "too_late_to_wait": "needs a deadline that passes between a look and a press; tested over HTTP",
    "bad_absence": "the page asks for days that are right before it sends; tested over HTTP",
    "other_group": "the page offers people of the seat's group alone; tested over HTTP",
    "other_unit": "the page offers people of the school, or of its station, alone; tested over HTTP",
    "peak_over": "needs a peak that ends between a look and a press; tested over HTTP",
    "own_alarm": "the page has no such button for whoever raised the alarm",
    "own_check_in": "the page offers to confirm others alone",
    "pictures_busy": "the phone sends the photo again by itself",
    "plan_incomplete": "the page saves steps alone that are whole",
    "push_refused": "the tests' Chromium has no push service; tested over HTTP",
    "request_id_reused": "our pages make an id for each request",
    "schema_mismatch": "of /readyz",
    "server_error": "needs a fault of ours",
    "station_confirms": "the page offers those alone whom one may confirm",
    "too_large": "every field of our pages is shorter",
    "unit_without_channel": "in a demo every unit can be told",
    "unknown_device": "a device's, no page's",
}
