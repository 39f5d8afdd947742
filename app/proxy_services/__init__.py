"""代办: matters done for people who cannot come, in a sealed bag with a photo at each of three gates."""
