"""Completion: hand in a read, go on, be told when it *has been* done. Four ways with the same two methods.

    threads     Threads     a thread for each read; works everywhere
    posix_aio   PosixAIO    aio_read of the GNU C library: threads again
    kernel_aio  KernelAIO   Linux: io_setup, io_submit, io_getevents
    io_uring    Ring        Linux since 5.6, where it is allowed: two queues shared with the kernel

`submit_read(ticket, descriptor, size)` hands in the read of up to `size` bytes and says how many reads were
accepted, 1. `wait(at_least=1)` gives the ends that have come, at least so many: pairs of the ticket and the
bytes, or the OSError that the read ended in. `with` closes it. `io_uring.open_ring()` gives a Ring, and where
the system has none, Threads.

A ticket is any object that can be the key of a dictionary; while a read is under way no other may have its.
`pipes` has a pipe to try them with. They are made to be read, not to be fast: for work, take a library.
"""
