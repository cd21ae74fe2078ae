"""Draw the gallery's images again: `python -m helpers.service.draw_gallery` writes them to `images/`.

Needs Pillow (`pip install pillow`), which the course itself does not: the images are shipped as files.
Drawing anew with another version of Pillow may change their bytes, and with them the digests that lessons
show.
"""

import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent / "images"
WIDTH, HEIGHT = 640, 400
FINE = 3  # everything is drawn so many times larger, then made smaller: smooth edges

NIGHT = (17, 24, 39)
SLATE = (51, 65, 85)
TEAL = (45, 212, 191)
AMBER = (251, 191, 36)
CORAL = (251, 113, 133)
VIOLET = (167, 139, 250)
SKY = (56, 189, 248)
PALETTE = [TEAL, AMBER, CORAL, VIOLET, SKY]

Colour = tuple[int, int, int]
Point = tuple[float, float]


class Canvas:
    """A picture in coordinates of the finished size."""

    def __init__(self, background: Colour = NIGHT) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), background)
        self.pen = ImageDraw.Draw(self.image)

    def disc(self, at: Point, radius: float, colour: Colour) -> None:
        x, y = at
        self.pen.ellipse([v * FINE for v in (x - radius, y - radius, x + radius, y + radius)], fill=colour)

    def ring(
        self, at: Point, radius: float, colour: Colour, width: float, start: float = 0, end: float = 360
    ) -> None:
        x, y = at
        box = [v * FINE for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.arc(box, start, end, fill=colour, width=round(width * FINE))

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        fine = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(fine, fill=colour, width=round(width * FINE), joint="curve")

    def bar(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, corner: float = 5
    ) -> None:
        box = [v * FINE for v in (left, top, right, bottom)]
        self.pen.rounded_rectangle(box, radius=corner * FINE, fill=colour)

    def area(self, points: list[Point], colour: Colour) -> None:
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def arrow(self, start: Point, end: Point, colour: Colour, width: float) -> None:
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = 5 * width
        neck = along(end, angle, -head * 0.8)
        self.line([start, neck], colour, width)
        self.area([end, *(along(end, angle + side, -head) for side in (0.45, -0.45))], colour)

    def glow(self, at: Point, radius: float, colour: Colour) -> None:
        light = Image.new("RGB", self.image.size)
        x, y = at
        box = [v * FINE for v in (x - radius, y - radius, x + radius, y + radius)]
        ImageDraw.Draw(light).ellipse(box, fill=colour)
        light = light.filter(ImageFilter.GaussianBlur(radius * FINE / 1.6))
        self.image = Image.blend(self.image, Image.composite(light, self.image, light.convert("L")), 0.8)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def along(point: Point, angle: float, distance: float) -> Point:
    return point[0] + distance * math.cos(angle), point[1] + distance * math.sin(angle)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one`, with `share` of `other` mixed in."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def event_loop() -> Canvas:
    """Rings of callbacks around one loop, each ring a little further on."""
    canvas, centre = Canvas(), (WIDTH / 2, HEIGHT / 2)
    for ring, radius in enumerate((60, 92, 124, 156, 188)):
        colour = PALETTE[ring]
        canvas.ring(centre, radius, SLATE, 1.5)
        parts = 5 + 2 * ring
        for part in range(parts):
            start = 360 / parts * part + 17 * ring
            canvas.ring(
                centre, radius + 6, mixed(colour, NIGHT, part / parts * 0.8), 12, start, start + 250 / parts
            )
        canvas.disc(along(centre, math.radians(17 * ring + 250 / parts), radius), 9, (255, 255, 255))
    canvas.ring(centre, 34, (255, 255, 255), 5, 20, 330)
    canvas.arrow(
        along(centre, math.radians(320), 32), along(centre, math.radians(352), 34), (255, 255, 255), 4
    )
    return canvas


def interleaving() -> Canvas:
    """Three tasks on one thread: one runs at a time, and hands over."""
    canvas = Canvas()
    turns = [0, 1, 0, 2, 1, 2, 0, 1, 2, 2, 1, 0, 2, 0, 1, 0]
    lengths = [30, 44, 22, 36, 26, 50, 34, 20, 40, 24, 34, 28, 46, 30, 24, 34]
    rows = [90, 200, 310]
    for row in rows:
        canvas.line([(36, row), (WIDTH - 36, row)], SLATE, 2)
    x = 44.0
    for turn, length, following in zip(turns, lengths, [*turns[1:], None], strict=True):
        canvas.bar(x, rows[turn] - 26, x + length, rows[turn] + 26, PALETTE[turn], 7)
        x += length
        if following is not None and following != turn:
            canvas.line([(x, rows[turn]), (x, rows[following])], (226, 232, 240), 2)
        x += 2
    return canvas


def waves() -> Canvas:
    """Requests that come in waves, each wave behind the other."""
    canvas = Canvas((8, 15, 30))
    for layer in range(14):
        base = 90 + 22 * layer
        swing = 34 - 1.4 * layer
        crest: list[Point] = []
        for x in range(0, WIDTH + 4, 4):
            y = (
                base
                + swing * math.sin(x / (70 + 5 * layer) + layer * 1.3)
                + swing / 3 * math.sin(x / 31 + layer)
            )
            crest.append((x, y))
        colour = mixed(mixed(SKY, VIOLET, layer / 13), NIGHT, 0.75 - 0.05 * layer)
        canvas.area([(0, HEIGHT), *crest, (WIDTH, HEIGHT)], colour)
        canvas.line(crest, mixed(colour, (255, 255, 255), 0.35), 1.5)
    return canvas


def backpressure() -> Canvas:
    """A bounded queue: it fills, the producer waits at the limit, it drains."""
    canvas = Canvas()
    limit, column, step = 10, 0, 17.0
    level = 0
    for column in range(34):
        phase = column % 17
        level = min(limit, level + 2) if phase < 9 else max(0, level - 1)
        for item in range(level):
            warm = mixed(TEAL, CORAL, item / (limit - 1))
            left, bottom = 33 + column * step, 352 - item * 28
            canvas.bar(left, bottom - 22, left + 12, bottom, warm, 4)
    canvas.line([(24, 352 - limit * 28), (WIDTH - 24, 352 - limit * 28)], AMBER, 3)
    canvas.line([(24, 362), (WIDTH - 24, 362)], SLATE, 3)
    return canvas


def handshake() -> Canvas:
    """Client and server: three messages to open, some to talk, two to part."""
    canvas = Canvas((20, 28, 46))
    left, right = 150, 490
    for x, colour in ((left, SKY), (right, AMBER)):
        canvas.line([(x, 30), (x, 372)], colour, 6)
        canvas.disc((x, 30), 14, colour)
    to_right = [True, False, True, True, False, False, True, False, True]
    for n, rightwards in enumerate(to_right):
        y = 56 + 34 * n
        ends = ((left + 8, y), (right - 8, y + 24)) if rightwards else ((right - 8, y), (left + 8, y + 24))
        canvas.arrow(*ends, PALETTE[n // 3], 3)
    return canvas


def deadlock() -> Canvas:
    """Five around a table: each holds one fork and waits for the next."""
    canvas, centre = Canvas(), (WIDTH / 2, HEIGHT / 2)
    canvas.disc(centre, 96, mixed(NIGHT, SLATE, 0.6))
    places = [along(centre, math.radians(72 * n - 90), 140) for n in range(5)]
    for n, place in enumerate(places):
        following = places[(n + 1) % 5]
        angle = math.atan2(following[1] - place[1], following[0] - place[0])
        canvas.arrow(along(place, angle, 42), along(following, angle, -40), (226, 232, 240), 4)
    for n, place in enumerate(places):
        canvas.disc(place, 36, PALETTE[n])
        canvas.disc(place, 24, mixed(PALETTE[n], NIGHT, 0.75))
        fork = along(centre, math.radians(72 * n - 54), 70)
        canvas.line([fork, along(fork, math.radians(72 * n - 54), -34)], (255, 255, 255), 4)
    return canvas


def selector() -> Canvas:
    """A field of sockets: one of them is ready."""
    canvas = Canvas()
    ready = (11, 4)
    spots = {(i, j): (40.0 + 35 * i, 42.0 + 35 * j) for i in range(17) for j in range(10)}
    canvas.glow(spots[ready], 70, AMBER)
    for (i, j), spot in spots.items():
        distance = math.hypot(i - ready[0], j - ready[1])
        canvas.disc(spot, 11, mixed(SKY, NIGHT, min(0.85, 0.3 + distance / 14)))
        canvas.disc(spot, 5, NIGHT)
    canvas.disc(spots[ready], 16, AMBER)
    canvas.disc(spots[ready], 6, (255, 255, 255))
    return canvas


def backoff() -> Canvas:
    """Each retry waits twice as long as the one before, until it works."""
    canvas = Canvas((24, 20, 40))
    x, wait, base = 40.0, 17.5, 290.0
    canvas.line([(20, base), (WIDTH - 20, base)], SLATE, 3)
    for attempt in range(6):
        works = attempt == 5
        if not works:
            centre = (x + wait / 2, base)
            for band in range(6, 0, -1):
                radius = wait / 2 * band / 6
                colour = mixed(PALETTE[attempt % 5], (24, 20, 40), 0.85 - 0.12 * band)
                canvas.ring(centre, radius, colour, max(1.5, wait / 26), 180, 360)
        canvas.disc((x, base), 10, TEAL if works else CORAL)
        x, wait = x + wait, wait * 2
    return canvas


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "event-loop.png": event_loop,
    "interleaving.png": interleaving,
    "waves.jpg": waves,
    "backpressure.png": backpressure,
    "handshake.jpg": handshake,
    "deadlock.png": deadlock,
    "selector.png": selector,
    "backoff.jpg": backoff,
}

MANY_COLOURS = ("event-loop.png", "selector.png")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        picture = draw().finished()
        if name.endswith(".png"):
            # The flat drawings are small as they are; for the others, 128 colours are enough.
            picture = picture.quantize(128) if name in MANY_COLOURS else picture
            picture.save(FOLDER / name, optimize=True)
        else:
            picture.save(FOLDER / name, quality=85, optimize=True)
        print(name, (FOLDER / name).stat().st_size, "bytes")


if __name__ == "__main__":
    main()
