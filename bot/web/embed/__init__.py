"""The embedded chat: what `<visavis-chat>` on somebody else's page talks to."""
