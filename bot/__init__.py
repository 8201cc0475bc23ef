"""The doors: web, Slack, terminal, and the launcher that opens them."""
