"""What runs inside the Rasa process (Python 3.10): graph components, channel, tracker store, logs.

``launch`` holds the command lines and the environment and imports nothing of Rasa.
"""
