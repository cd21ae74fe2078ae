"""The clients that a comparison of downloads starts, each as a process of its own; see span.py."""
