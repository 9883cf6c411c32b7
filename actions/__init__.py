"""The action server: Rasa's actions on top of pure casework and the desk."""
