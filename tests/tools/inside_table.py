"""What everybody may do at every route (``tests/core/test_inside.py``): a letter for each who asks."""

# One letter for each person of a line, in the order of EVERYONE: strangers (police, leader, off duty, confirmed),
# suspended (guard, officer), moved (guard, police, school), demoted (leader, dispatcher), an officer without scope,
# gone (signed out, closed guard, closed console).
LETTERS = {
    "+": "done",
    "r": "not_your_role",
    "s": "suspended",
    "-": "no_session",
    "0": "not_found",
    "c": "not_yours_to_confirm",
    "n": "not_approved",
    "v": "not_on_verified_duty",
    "a": "already_on_duty",
    "y": "check_out_too_early",
    "m": "not_called",
    "d": "not_on_duty",
    "w": "not_your_alarm",
    "u": "unknown_post",
    "h": "no_channel",
    "p": "push_refused",
    "t": "ticket_expired",
    "k": "code_expired",
    "b": "bad_input",
    "e": "same_password",
    "i": "wrong_password",
    "j": "second_step_not_begun",
    "l": "not_leading",
    "x": "unknown_link",
    "f": "bad_absence",
    "g": "place_taken",
    "o": "not_away",
    "q": "no_service",
    "z": "unknown_certificate",
    "F": "badge_forged",
    "S": "unknown_setup_link",
}
EXPECTED = """
GET /api/alarms/{alarm_id}/report                                 rrrr rs rr0 rr 0 ---
POST /api/alarms/{alarm_id}/follow-ups                            rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/follow-ups/{follow_up_id}/completion  rrrr rs rrr rr 0 ---
GET /api/alarms                                                   ++++ ss +++ +r + ---
GET /api/alarms/{alarm_id}                                        ++0+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/people                                 ++0+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/candidates                             rrrr rs rrr rr 0 ---
GET /api/alarms/{alarm_id}/timeline                               rrrr rs rr0 rr 0 ---
POST /api/alarms/{alarm_id}/kind                                  ww0w ss ww0 wr 0 ---
POST /api/alarms/{alarm_id}/acknowledgement                       rrrr rs rr0 rr 0 ---
POST /api/alarms/{alarm_id}/responses                             ++0+ ss ++r +r r ---
POST /api/alarms/{alarm_id}/responders                            rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/notes                                 ++0+ ss ++0 +r 0 ---
POST /api/alarms/{alarm_id}/resolution                            rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/escalation                            rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/counting                              rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/asides                                rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/place                                 rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/merging                               rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/pictures                              ++0+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/pictures                               ++0+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/pictures/{name}                        000+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/pictures/{name}/preview                000+ ss ++0 +r 0 ---
POST /api/alarms/{alarm_id}/clips                                 ++0+ ss ++0 +r 0 ---
GET /api/alarms/{alarm_id}/clips/{name}                           000+ ss ++0 +r 0 ---
GET /api/audit                                                    rrrr rr rrr r+ r ---
GET /api/audit/people                                             rrrr rr rrr r+ r ---
GET /api/audit/acts                                               rrrr rr rrr r+ r ---
GET /api/console-accounts                                         rrrr rr rrr rr r ---
POST /api/console-accounts/{account_id}/letting-in                rrrr rr rrr rr r ---
GET /api/accounts/unused                                          rrrr rr rrr rr r ---
POST /api/accounts/{account_id}/reopening                         rrrr rr rrr rr r ---
GET /api/me/second-step                                           rrrr rs rr+ r+ + ---
POST /api/me/second-step                                          rrrr rs rri ri i ---
POST /api/me/proof                                                rrrr rs rri ri i ---
POST /api/me/second-step/confirmation                             rrrr rs rrj rj j ---
POST /api/me/second-step/end                                      rrrr rs rr+ r+ + ---
POST /api/users/{account_id}/second-step-end                      rrrr rr rrr rr r ---
GET /api/users                                                    rrrr rr rrr rr r ---
POST /api/users                                                   rrrr rr rrr rr r ---
POST /api/users/{account_id}/changes                              rrrr rr rrr rr r ---
POST /api/users/{account_id}/closing                              rrrr rr rrr rr r ---
POST /api/users/{account_id}/confirmation                         rrrr rr rrr rr r ---
POST /api/users/{account_id}/link                                 rrrr rr rrr rr r ---
POST /api/invitations/look                                        xxxx xx xxx xx x xxx
POST /api/invitations/password                                    xxxx xx xxx xx x xxx
POST /api/me/use                                                  ++++ sr ++r +r r ---
GET /api/attendance                                               rrrr rs rr+ rr + ---
GET /api/attendance/weeks                                         rrrr rs rr+ rr + ---
GET /api/attendance/groups                                        rrrr rs rr+ rr + ---
GET /api/attendance/arrivals                                      rrrr rs rr+ rr + ---
GET /api/attendance/peaks                                         rrrr rs rr+ rr + ---
GET /api/attendance/people                                        rrrr rs rr0 rr 0 ---
POST /api/attendance/corrections                                  rrrr rs rr0 rr 0 ---
GET /api/me/sessions                                              rrrr rs rr+ r+ + ---
DELETE /api/me/sessions/{session_id}                              rrrr rs rr+ r+ + ---
DELETE /api/me/sessions                                           rrrr rs rr+ r+ + ---
PUT /api/me/password                                              rrrr rs rre re e ---
GET /api/calendar/years/{year}                                    rrrr rs rr+ rr + ---
POST /api/calendar/days                                           rrrr rr rrb rr r ---
POST /api/calendar/years/{year}/holidays                          rrrr rr rrr rr r ---
POST /api/calendar/years/{year}/confirmation                      rrrr rr rrr rr r ---
GET /api/calendar/warnings                                        rrrr rs rr+ rr + ---
GET /api/calendar/terms                                           rrrr rs rr+ rr + ---
POST /api/calendar/terms                                          rrrr rr rr0 rr r ---
PUT /api/calendar/terms/{term_id}                                 rrrr rr rrb rr r ---
POST /api/calendar/terms/{term_id}/removal                        rrrr rr rrb rr r ---
GET /api/calendar/peaks                                           rrrr rs rr+ rr + ---
POST /api/calendar/peaks                                          rrrr rr rrr rr r ---
POST /api/calendar/peaks/{number}/removal                         rrrr rr rrr rr r ---
GET /api/calendar/staffing                                        rrrr rs rr+ rr + ---
POST /api/calendar/staffing                                       rrrr rr rrr rr r ---
POST /api/calendar/staffing/{rule_id}/end                         rrrr rr rrr rr r ---
PUT /api/calendar/posts/{post_id}/areas                           rrrr rr rrr rr r ---
GET /api/roster/week                                              rrrr rs rr+ rr 0 ---
POST /api/me/stand-ins                                            0000 sr 00r 0r r ---
GET /api/me/stand-ins                                             ++++ sr ++r +r r ---
POST /api/me/stand-ins/{number}/withdrawal                        0000 sr 00r 0r r ---
POST /api/me/stand-ins/{number}/taking                            0000 sr 00r 0r r ---
GET /api/posts/{post_id}/lenders                                  rrrr rs rr0 rr 0 ---
POST /api/posts/{post_id}/lendings                                rrrr rs rrr rr r ---
POST /api/lendings/{number}/end                                   rrrr rs rr0 rr 0 ---
POST /api/me/lendings/{number}/answer                             0000 sr 00r 0r r ---
GET /api/me/swaps                                                 ++++ sr ++r +r r ---
POST /api/me/swaps                                                0000 sr 00r 0r r ---
POST /api/me/swaps/{number}/taking                                0000 sr 00r 0r r ---
POST /api/me/swaps/{number}/withdrawal                            0000 sr 00r 0r r ---
GET /api/roster/swaps                                             rrrr rs rr+ rr 0 ---
POST /api/roster/swaps/{number}/decision                          rrrr rs rr0 rr 0 ---
POST /api/roster/stand-ins/{number}/undoing                       rrrr rs rr0 rr 0 ---
GET /api/roster/forecast                                          rrrr rs rr+ rr + ---
GET /api/roster/candidates                                        rrrr rs rr0 rr r ---
POST /api/roster/seats                                            rrrr rb rrb rr b ---
POST /api/roster/publication                                      rrrr rs rr0 rr 0 ---
POST /api/roster/copies                                           rrrr rs rr0 rr 0 ---
POST /api/roster/proposals                                        rrrr rs rr0 rr 0 ---
POST /api/roster/taking-back                                      rrrr rs rr0 rr 0 ---
GET /api/roster/patterns                                          rrrr rs rr+ rr 0 ---
GET /api/roster/patterns/people                                   rrrr rs rr+ rr 0 ---
POST /api/roster/patterns                                         rrrr rs rr0 rr 0 ---
POST /api/roster/patterns/{number}/removal                        rrrr rs rr0 rr 0 ---
POST /api/roster/fillings                                         rrrr rs rr0 rr 0 ---
POST /api/me/absences                                             ffff sr ffr fr r ---
POST /api/me/absences/{number}/withdrawal                         0000 sr 00r 0r r ---
GET /api/me/open-places                                           ++++ sr ++r +r r ---
POST /api/me/places                                               rrgr sr rrr gr r ---
POST /api/me/places/waiting                                       rr0r sr rrr 0r r ---
POST /api/me/places/waiting/end                                   rr+r sr rrr +r r ---
POST /api/me/places/return                                        rr0r sr rrr 0r r ---
GET /api/me/wishes                                                ++++ sr ++r +r r ---
POST /api/me/wishes                                               0000 sr 00r 0r r ---
POST /api/me/duties/answers                                       0000 sr 00r 0r r ---
GET /api/me/duties                                                ++++ sr ++r +r r ---
GET /api/me/calendar-link                                         ++++ sr ++r +r r ---
POST /api/me/calendar-link                                        ++++ sr ++r +r r ---
POST /api/me/calendar-link/revocation                             ++++ sr ++r +r r ---
GET /api/calendars/{token}.ics                                    0000 00 000 00 0 000
GET /api/me/service-months                                        ++++ sr ++r +r r ---
GET /api/me/certificates                                          ++++ sr ++r +r r ---
POST /api/me/certificates                                         nnnn sr qqr qr r ---
POST /api/me/certificates/{certificate_id}/paper                  0000 sr 00r 0r r ---
GET /api/certificates                                             rrrr rr rrr rr r ---
POST /api/certificates/{certificate_id}/revocation                rrrr rr rrr rr r ---
GET /api/certificates/genuine/{typed}                             zzzz zz zzz zz z zzz
GET /api/status                                                   rrrr rr rrr rr r ---
GET /api/checklist                                                rrrr rr rrr rr r ---
POST /api/first-start/look                                        SSSS SS SSS SS S SSS
POST /api/first-start                                             SSSS SS SSS SS S SSS
GET /api/channels                                                 rrrr rs rr+ rr + ---
POST /api/channels/tests                                          ++++ ss ++h +r h ---
GET /api/channels/sms-use                                         rrrr rs rr+ rr + ---
GET /api/channels/tests/{test_id}                                 0000 ss 000 0r 0 ---
POST /api/channels/tests/{test_id}/receipts                       0000 ss 000 0r 0 ---
POST /api/check-ins/assisted                                      cccc sr 0cr cr r ---
POST /api/check-outs/assisted                                     cccc sr 0cr cr r ---
POST /api/badges/look                                             cccc sr Fcr cr r ---
GET /api/badges                                                   rrrr rs rr+ rr + ---
POST /api/badges/sheets                                           rrrr rs rr0 rr 0 ---
POST /api/badges/{badge_id}/revocation                            rrrr rs rr0 rr 0 ---
POST /api/check-ins/{check_in_id}/confirmation                    cccc ss ccc cr c ---
POST /api/posts/{post_id}/confirmations                           cccc ss ccc cr c ---
GET /api/coverage                                                 rrrr rs rr+ rr + ---
GET /api/coverage/{post_id}                                       rrrr rs rr0 rr 0 ---
GET /api/arrivals                                                 rrrr rs rr+ rr + ---
GET /api/device-tests                                             rrrr rs rrr rr + ---
POST /api/device-tests                                            rrrr rs rrr rr 0 ---
GET /api/device-tests/quarter                                     rrrr rs rrr rr + ---
POST /api/device-tests/{test_id}/cancellation                     rrrr rs rrr rr 0 ---
GET /api/device-tests/{test_id}/report                            rrrr rs rrr rr + ---
GET /api/devices                                                  rrrr rs rrr rr + ---
POST /api/devices                                                 rrrr rs rrr rr 0 ---
POST /api/devices/{device_id}/key                                 rrrr rs rrr rr 0 ---
POST /api/devices/{device_id}/revocation                          rrrr rs rrr rr 0 ---
GET /api/district                                                 rrrr rs rr+ rr + ---
GET /api/drills                                                   ++++ ss ++r +r + ---
POST /api/drills                                                  rrrr rs rrr rr 0 ---
POST /api/drills/{drill_id}/start                                 rrrr rs rrr rr 0 ---
POST /api/drills/{drill_id}/cancellation                          rrrr rs rrr rr 0 ---
GET /api/drill-year                                               rrrr rs rrr rr + ---
GET /api/escalation-plans                                         rrrr rs rrr rr + ---
PUT /api/escalation-plans/{kind}                                  rrrr rr rrr rr r ---
GET /api/events                                                   ++++ ++ +++ ++ + ---
GET /api/consent-texts                                            ++++ ++ +++ ++ + +++
GET /api/consent-texts/desk                                       rrrr rr rrr rr r ---
PUT /api/consent-texts/{kind}/draft                               rrrr rr rrr rr r ---
POST /api/consent-texts/{kind}/draft/cancellation                 rrrr rr rrr rr r ---
POST /api/consent-texts/{kind}/publication                        rrrr rr rrr rr r ---
POST /api/guards                                                  tttt tt ttt tt t ttt
GET /api/guards                                                   nnnn ss +v+ vr + ---
GET /api/guards/waiting                                           rrrr rr rrr rr r ---
POST /api/guards/approvals                                        rrrr rs rr0 rr 0 ---
POST /api/guards/handing-on                                       rrrr rr rrr rr r ---
POST /api/guards/listed                                           rrrr rr rr0 rr r ---
POST /api/guards/{account_id}/approval                            rrrr rs rr0 rr 0 ---
POST /api/guards/{account_id}/record                              rrrr rr rrb rr r ---
POST /api/guards/{account_id}/erasure                             rrrr rr rrr rr r ---
POST /api/guard-imports                                           rrrr rr rr+ rr r ---
GET /api/guard-imports                                            rrrr rr rr+ rr r ---
GET /api/guard-imports/template                                   rrrr rr rr+ rr r ---
GET /api/guard-imports/{number}                                   rrrr rr rr0 rr r ---
GET /api/guard-imports/{number}/rows                              rrrr rr rr0 rr r ---
POST /api/guard-imports/{number}/taking                           rrrr rr rr0 rr r ---
POST /api/guard-imports/{number}/dismissal                        rrrr rr rr0 rr r ---
GET /api/places/posts                                             rrrr rs rrr rr + ---
GET /api/places/posts/{post_id}                                   rrrr rs rrr rr 0 ---
POST /api/places/posts                                            rrrr rr rrr rr r ---
POST /api/places/posts/{post_id}/changes                          rrrr rr rrr rr r ---
POST /api/places/posts/{post_id}/archiving                        rrrr rr rrr rr r ---
GET /api/places/schools                                           rrrr rs rrr rr + ---
POST /api/places/schools                                          rrrr rr rrr rr r ---
POST /api/places/schools/{school_id}/changes                      rrrr rr rrr rr r ---
POST /api/places/schools/{school_id}/archiving                    rrrr rr rrr rr r ---
GET /api/places/stations                                          rrrr rs rrr rr + ---
POST /api/places/stations                                         rrrr rr rrr rr r ---
POST /api/places/stations/{station_id}/changes                    rrrr rr rrr rr r ---
POST /api/places/stations/{station_id}/archiving                  rrrr rr rrr rr r ---
GET /api/places/posts/{post_id}/code                              rrrr rs rrr rr 0 ---
POST /api/places/posts/{post_id}/code                             rrrr rr rrr rr r ---
POST /api/places/posters                                          rrrr rs rrr rr 0 ---
POST /api/places/outline                                          rrrr rr rrr rr r ---
GET /api/hooks                                                    rrrr rr rrr rr r ---
POST /api/hooks                                                   rrrr rr rrr rr r ---
PATCH /api/hooks/{hook_id}                                        rrrr rr rrr rr r ---
GET /api/alarms/{alarm_id}/unit-candidates                        rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/units                                 rrrr rs rrr rr 0 ---
POST /api/alarms/{alarm_id}/units/{unit_id}/calls                 rrrr rs rrr rr 0 ---
GET /api/jobs                                                     ++++ ++ +++ ++ + ---
GET /api/jobs/{job_id}/file                                       0000 00 000 00 0 ---
POST /api/jobs/{job_id}/cancellation                              0000 00 000 00 0 ---
POST /api/exports                                                 rrrr rs rr+ rr + ---
GET /api/privacy                                                  ++++ ++ +++ ++ + +++
POST /api/me/own-data                                             ++++ sr ++r +r r ---
GET /api/me/looks                                                 ++++ sr ++r +r r ---
GET /api/me/look-days                                             ++++ sr ++r +r r ---
GET /api/me                                                       ++++ ++ +++ ++ + ---
GET /api/me/consents                                              ++++ +r ++r +r r ---
POST /api/me/consents                                             ++++ sr ++r +r r ---
POST /api/positions                                               ++d+ sr ++r +r r ---
GET /api/people                                                   rrrr rs rr+ rr + ---
GET /api/positions                                                rrrr rs rr+ rr + ---
GET /api/posts/{code}                                             ++++ ++ +++ ++ + +++
GET /api/duty/expected                                            llll sr llr lr r ---
GET /api/posts/{post_id}/call-ins                                 llll ss ll0 lr 0 ---
GET /api/posts/{post_id}/nudge                                    llll ss ll0 lr 0 ---
POST /api/posts/{post_id}/nudge                                   llll ss ll0 lr 0 ---
POST /api/posts/{post_id}/call-ins/telephone                      llll ss ll0 lr 0 ---
POST /api/duty/hand-over                                          llll sr llr lr r ---
POST /api/duty/away                                               oooo sr oor or r ---
POST /api/duty/hand-over/reading                                  00d0 sr 00r 0r r ---
POST /api/duty/expected/telephone                                 llll sr llr lr r ---
GET /api/duty                                                     ++++ sr ++r +r r ---
POST /api/push-subscriptions                                      pppp ss ppp pr p ---
DELETE /api/push-subscriptions                                    ++++ ss +++ +r + ---
GET /api/readiness/held-back                                      rrrr rs rr+ rr + ---
GET /api/readiness                                                rrrr rs rr+ rr + ---
GET /api/alarms/{alarm_id}/messages                               rrrr rs rr0 rr 0 ---
POST /api/alarms/{alarm_id}/receipts                              mm0m ss ++0 +r 0 ---
POST /api/session                                                 kkkk kk kkk kk k kkk
POST /api/guards/{account_id}/telephone                           rrrr rs rr0 rr 0 ---
GET /api/units                                                    rrrr rr rrr rr r ---
POST /api/units                                                   rrrr rr rrr rr r ---
PATCH /api/units/{unit_id}                                        rrrr rr rrr rr r ---
GET /api/joint-plans                                              rrrr rr rrr rr r ---
POST /api/joint-plans                                             rrrr rr rrr rr r ---
PATCH /api/joint-plans/{plan_id}                                  rrrr rr rrr rr r ---
POST /api/alarms                                                  ++++ ++ ++u ++ u +++
POST /api/check-ins                                               aa+a sr aar ar r ---
POST /api/check-outs                                              yyyy sr yyr yr r ---
DELETE /api/session                                               ++++ ++ +++ ++ + ---
"""
