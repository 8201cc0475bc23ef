"""The Slack door: two-minute drills in private messages, on Slack's own Bolt framework."""
