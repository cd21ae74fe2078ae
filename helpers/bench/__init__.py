"""The performance lab: what asynchronous I/O in Python costs, beside what people would take instead of it.

    python -m helpers bench             all of it, in some ten minutes, as tables
    python -m helpers bench small       or a part
    RESULTS.md                          what it came to on one computer, and why

    downloads     everybody downloads the same files: loads, contestants, clients; comparison, the result
    connections   everybody holds many connections: holders, holder, limits; ladder, the result
    primitives    a task, a lock, a thread switch; costs, the result

What is measured runs as a process of its own (child), on a processor of its own (cores); so does the server
(serving, raw_server). Nothing leaves this computer.
"""
