"""Messages and every channel: open page, push, SMS, chat rooms; receipts and readiness."""
