"""The portal in a real browser: journeys, every page in every language, axe."""
