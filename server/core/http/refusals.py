"""Every refusal code that the API gives, and its HTTP status. The words for each are the PWA's.

Facts stand in the comment, some of them only for some callers: how an alarm ended for whom it called, a telephone
for units. ``fields`` of a ``bad_input`` name what is wrong with which field.
"""

REFUSALS: dict[str, int] = {
    # who calls
    "no_session": 401,
    "wrong_credentials": 401,
    "not_your_role": 403,  # act
    "bad_csrf_token": 403,
    "foreign_origin": 403,
    "suspended": 403,
    "closed_unused": 403,
    "not_let_in": 403,
    # console accounts
    "wrong_password": 422,
    "same_password": 422,
    "password_too_short": 422,  # shortest
    "password_too_common": 422,
    "own_account": 403,
    "last_of_role": 409,
    "holds_another_role": 409,
    "bad_username": 422,
    "username_taken": 409,
    "role_not_given": 422,  # role
    "scope_missing": 422,
    "role_stays": 409,
    "end_is_past": 422,
    "given_by_yourself": 403,
    "security_admin_confirms": 403,
    "security_admin_closes": 403,
    "user_closed": 409,
    "unknown_link": 404,
    "unknown_setup_link": 404,
    "already_set_up": 409,
    "second_step_needed": 401,
    "wrong_second_step": 422,
    "proof_needed": 403,
    "second_code_needed": 422,
    "second_step_is_on": 409,
    "second_step_not_begun": 409,
    "loopback_only": 403,
    "not_a_demo": 403,
    # signing in and registering
    "wrong_code": 409,  # tries_left
    "code_expired": 409,
    "no_code_channel": 503,
    "password_required": 403,
    "ticket_expired": 409,
    "already_registered": 409,
    "consent_missing": 422,  # kinds
    "unknown_consent_text": 409,  # kind
    # texts of consents
    "draft_changed": 409,  # by, changed_at
    "consent_text_incomplete": 422,  # missing
    "consent_text_unchanged": 409,
    # guards
    "not_approved": 403,
    "not_on_verified_duty": 403,
    "name_too_short": 422,  # shortest
    "claim_changed": 409,
    # check-ins
    "too_early": 409,  # opens_at
    "shift_over": 409,  # next_opens_at
    "no_shift": 409,  # next_opens_at
    "already_on_duty": 409,  # check_in_id, post_name
    "not_on_duty": 409,
    "no_position_consent": 403,
    "check_out_too_early": 409,  # opens_at
    "own_check_in": 403,
    "not_yours_to_confirm": 403,
    "station_confirms": 403,
    "duty_over": 409,
    "not_leading": 403,
    "badge_forged": 422,
    "badge_revoked": 409,  # revoked_at
    "badge_foreign": 409,
    "badge_suspended": 409,
    "badge_is_revoked": 409,
    "checks_out_himself": 409,
    "not_missing": 409,  # name
    "not_proposed": 409,
    "nobody_missing": 409,
    "not_away": 409,
    "nudged_already": 409,  # again_at
    # attendance
    "bad_months": 422,
    "still_adding_up": 409,
    "no_service": 409,
    "certificate_revoked": 409,
    "already_revoked": 409,
    "unknown_certificate": 404,
    "not_yours_to_correct": 403,
    "too_long_ago": 409,  # days
    "stay_outside_peak": 422,
    "correction_changed": 409,
    "unknown_post": 404,
    # alarms
    "place_missing": 422,
    "alarm_over": 409,  # resolved_at, outcome, kind, drill, place_name, telephone
    "not_asked": 403,
    "not_your_alarm": 403,
    "own_alarm": 403,
    "kind_told": 409,  # kind
    "response_not_possible": 409,  # state, to
    "already_asked": 409,
    "below_floor": 409,  # post_id
    "not_mergeable": 409,
    "account_suspended": 409,
    "erasure_hindered": 409,
    "person_engaged": 409,
    "not_this_person": 409,
    "account_approved": 409,
    "plan_incomplete": 422,  # tier, why
    # joint response
    "link_used": 409,  # state
    "link_expired": 410,  # telephone
    "unit_in_plan": 409,  # plans
    "unit_archived": 409,
    "unit_without_channel": 409,
    "plan_exists": 409,  # plan_id
    # channels
    "not_called": 403,
    "push_refused": 422,  # reason
    "words_needed": 422,
    "hook_refused": 422,  # reason
    "no_channel": 409,
    # gate devices, drills, after-action
    "unknown_device": 401,
    "device_of_other_post": 403,
    "device_revoked": 409,
    "bad_window": 422,
    "drill_not_planned": 409,  # state
    "real_alarm_near": 409,  # alarm_id
    "real_alarm_open": 409,  # alarm_id
    "already_done": 409,  # done_at
    # pictures and clips
    "picture_unreadable": 422,
    "picture_too_large": 413,
    "pictures_enough": 409,  # most, whose
    "clip_unreadable": 422,
    "clip_too_large": 413,  # most_mb
    "clips_enough": 409,  # most, whose
    "pictures_busy": 503,
    # calendar
    "date_is_past": 409,  # date
    "changed_meanwhile": 409,  # date, by, changed_at
    "shift_running": 409,  # posts
    "half_day_peaks": 422,
    "bad_term": 422,
    "terms_overlap": 409,  # first, last
    "starts_too_early": 409,
    "bad_season": 422,
    "no_peaks": 422,
    "peak_across_midnight": 422,  # peak
    "peaks_overlap": 422,  # peak, other
    "shift_changes_now": 409,
    "nobody_asked": 422,
    "not_holidays": 422,  # row
    "other_year": 422,  # year
    "no_holidays": 422,
    "guard_changed": 409,
    "reason_missing": 422,
    "guard_known": 409,  # name, unit
    "known_elsewhere": 409,
    "many_elsewhere": 409,
    "number_in_name": 422,
    "police_record": 409,
    "name_of_office": 422,
    # lists that are brought in
    "import_too_large": 413,
    "import_under_way": 409,
    "import_not_ready": 409,
    "import_has_faults": 409,
    "import_changes_nothing": 409,
    # places
    "place_changed": 409,  # by, changed_at
    "post_archived": 409,
    "code_replaced": 409,
    "post_name_taken": 409,
    "post_on_duty": 409,  # people
    "post_in_alarm": 409,
    "heads_by_rule": 409,
    "school_closed": 409,
    "school_name_taken": 409,
    "station_name_taken": 409,
    "station_closed": 409,
    "station_has_schools": 409,  # schools
    "place_swapped": 422,
    "place_outside_country": 422,
    "place_outside_district": 422,
    "outline_too_large": 413,
    "outline_not_geojson": 422,
    "outline_without_area": 422,
    "outline_swapped": 422,
    "outline_outside_country": 422,
    "several_outlines": 409,  # names
    "posts_outside_outline": 409,  # number, of
    # rosters
    "no_such_seat": 409,  # date, peak
    "peak_over": 409,  # date, peak
    "seat_changed": 409,  # date, peak
    "other_group": 409,  # name, date, peak, post_name
    "other_unit": 409,  # name, date, peak, post_name
    "person_suspended": 409,  # name, date, peak, post_name
    "person_pending": 409,  # name, date, peak, post_name
    "no_consent": 409,  # name, date, peak, post_name
    "person_away": 409,  # name, date, peak, post_name
    "two_places": 409,  # name, date, peak, post_name
    "too_many_duties": 409,  # name, date, peak, post_name
    "plan_changed": 409,
    "nothing_to_copy": 409,
    "no_patterns": 409,
    "bad_pattern": 422,
    "pattern_overlaps": 409,  # name, date, peak, post_name
    "proposal_under_way": 409,
    "nothing_to_propose": 409,
    "bad_absence": 422,
    "place_taken": 409,
    "week_full": 409,  # most
    "cannot_take": 409,
    "too_late_to_give_back": 409,  # hours
    "duty_begun": 409,
    "stand_in_taken": 409,
    "stand_in_over": 409,
    "not_lendable": 409,
    "lending_over": 409,
    "post_falls_below": 409,
    "place_is_open": 409,
    "too_late_to_wait": 409,  # hours
    "swap_offered": 409,
    "swap_taken": 409,
    "swap_over": 409,
    "too_late_to_swap": 409,  # hours
    "other_cannot_take": 409,
    "stand_in_stays": 409,
    "nothing_to_publish": 409,
    "plan_has_conflicts": 409,  # seats, name
    # lists as files
    "bad_span": 422,  # days
    # the wire
    "request_id_reused": 409,
    "bad_request": 400,
    "not_found": 404,
    "method_not_allowed": 405,
    "epoch_changed": 410,  # epoch
    "cursor_too_old": 410,  # undone
    "too_large": 413,
    "json_expected": 415,
    "bad_input": 422,
    "too_many": 429,  # retry_after_s
    "server_error": 500,
    "cannot_write_now": 503,
    "disk_full": 503,
    "schema_mismatch": 503,  # fault
    "clock_stopped": 503,  # seconds
    "busy": 503,
    "files_away": 503,
}
