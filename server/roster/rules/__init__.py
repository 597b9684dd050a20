"""Pure rules of planning: seats of a week, and what speaks against a person in one."""
