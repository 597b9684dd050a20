"""Rules of the places that a district keeps."""
