"""What the room decides and remembers: Rasa custom actions over a pure heart and one SQL database."""
