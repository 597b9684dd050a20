"""What several actions of setting a district up share."""
