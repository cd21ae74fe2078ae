"""The practice service: a small HTTP service on the loopback address that takes the place of the internet.

Read it in this order:

- `app`: the list of paths, each with the handler that answers it; ordinary aiohttp.web from there on.
- `echo`, `data`, `semantics`, `uploads`, `orders`, `reports`, `gallery`: the handlers. Most return an
  ordinary `web.Response`; `answers` makes the usual ones, `keys` knows what was made before.
- `middleware`: what happens around every handler: counting, faults, errors as JSON.
- `bodies`, `ranges`: the one function that sends an answer, whole, in pieces, in part or spoilt by a fault.
- `faults`, `gate`, `counters`: which request is hit by which fault, and what was counted.
- `run`: the service as a process: in a terminal (`python -m helpers serve`) or steered by a notebook
  (`helpers.practice_server`).

The aiohttp server documentation: https://docs.aiohttp.org/en/stable/web_quickstart.html
"""
