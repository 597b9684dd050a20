"""Where the nation's days off and make-up days come from: a library, and files that people bring."""
