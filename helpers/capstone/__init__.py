"""The parts of lesson 14's program, each as its exercise asks for it; who skips one takes the course's.

    pages        which addresses a page links to (14.1)
    crawler      every page of a site, once, a few at a time (14.2)
    images       one image, whole, going on where an earlier try or run has stopped (14.3)
    reports      a report, posted exactly once (14.4)
    retries      from lesson 12: which failure may pass, and when to try again
    limits       how much at a time, how long
    plans        what goes wrong, by number: the same for everybody, in every run
    certificate  what the service says to a right report, to be looked at

The program made of them is the last exercise. Importing this imports aiohttp: for lesson 14, not for all.
"""

from helpers.capstone.certificate import Certificate
from helpers.capstone.crawler import Site, crawl
from helpers.capstone.images import WrongDigest, digest, fetch_image
from helpers.capstone.limits import Limits
from helpers.capstone.pages import kind, links
from helpers.capstone.plans import PLANS, plan, told
from helpers.capstone.reports import Refused, post_report
from helpers.capstone.retries import TRIES, may_pass, pause, with_retries

__all__ = [
    "PLANS",
    "TRIES",
    "Certificate",
    "Limits",
    "Refused",
    "Site",
    "WrongDigest",
    "crawl",
    "digest",
    "fetch_image",
    "kind",
    "links",
    "may_pass",
    "pause",
    "plan",
    "post_report",
    "told",
    "with_retries",
]
