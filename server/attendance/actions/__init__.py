"""One function for one thing a person does; its permission is its first line."""
