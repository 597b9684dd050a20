"""What the area writes on paper."""
