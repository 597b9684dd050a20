"""Files of the area: lists of guards."""
