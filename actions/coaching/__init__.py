"""The pure heart: scenario, customer, grid, debrief. No SQL, no Rasa, no clock, no unseeded randomness."""
