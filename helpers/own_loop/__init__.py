"""The event loop that the learner builds, as it stands at the end of each lesson.

    lesson 02  callbacks    Loop: call_soon, call_later, run
    lesson 03  futures      Future: a value that is not there yet, and whoever waits for it
    lesson 04  coroutines   a Future can be awaited; start() drives a coroutine; sleep()
    lesson 05  tasks        Task: a coroutine whose end is a Future; Loop makes both
    lesson 08  locks        Condition, and Lock and Queue made of it; on asyncio's loop, too
    lesson 10  sockets      Loop, which also waits for sockets: sock_connect, sock_recv, sock_sendall
               selector     in which it sleeps
               http         fetch: a download, on this loop or on asyncio's

Each lesson begins with what the one before ended in, so that it can be taken alone. Names and meanings are
those of asyncio (https://docs.python.org/3/library/asyncio-eventloop.html), so that the same program runs on
both. `clock` has a clock that jumps: with it an hour of waiting takes no time.
"""
