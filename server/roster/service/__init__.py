"""What several actions share: a school's week as it is planned, and what is known of its people."""
