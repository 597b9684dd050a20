"""SQL over plans, absences and the people of a plan."""
