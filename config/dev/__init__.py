"""The verbs of ./dev, one module a subject. The script itself only makes the virtual environment and hands over."""
