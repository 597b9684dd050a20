"""The demo: an invented district inside a real outline, its people, and a peak that plays by itself."""
