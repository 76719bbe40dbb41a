"""Growing a mixture of experts from the dense stand-in: its training data, and the training itself.

Outside the installed packages: whoever only asks questions never needs it.
"""
