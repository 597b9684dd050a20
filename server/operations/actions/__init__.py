"""One function for one thing a person does; one transaction each; its permission is its first line."""
