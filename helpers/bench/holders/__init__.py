"""Five ways to hold many connections, each started as a process of its own; see hold.py."""
