"""What became of each peak of a post and of each person's month: figures that stay when check-ins are gone."""
