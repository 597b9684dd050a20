/** A sentence for each refusal that only consoles and devices meet; the others are in refusals. */
export default {
  already_asked: 'This person has been told already.',
  below_floor: 'Their own post would be left empty.',
  not_mergeable: 'These two alarms cannot be merged.',
  plan_incomplete: 'The steps of tier {tier} are not complete yet. Please check them and save again.',
  unit_in_plan: 'This unit stands in {plans} plan(s). Take it out of them first.',
  unit_archived: 'This unit is archived. Restore it, or choose another.',
  unit_without_channel: 'No message reaches this unit. Ring it up.',
  plan_exists: 'There is a plan for these alarms already. Change that one.',
  hook_refused: 'This address or key cannot be used: the host must be allowed, over https, not inside; a plain webhook needs a key of at least 32 characters.',
  unknown_device: 'The key of this device is unknown. Ask the station for a new one.',
  device_of_other_post: 'The key of this device belongs to another post. Nothing was raised.',
  device_revoked: 'This device was revoked. Add a new one.',
  bad_window: 'This window does not work: it must end after it begins and after now, 31 days at most.',
  drill_not_planned: 'This drill has been started, held or cancelled.',
  real_alarm_open: 'A real alarm goes on at this post. No drill now.',
  already_done: 'This was done {done_at}.',
}
