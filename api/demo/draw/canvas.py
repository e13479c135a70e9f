"""A small flat-drawing kit on Pillow: outlines are lists of points on a 1000 × 1000 board, drawn twice as large
and scaled down at the end, which smooths every edge."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

BOARD = 1000
SCALE = 2
SIZE = BOARD * SCALE


# Colours: (red, green, blue)


def rgb(text):
    """`#d8bf98` as a triple."""
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


def mix(a, b, share):
    """Colour `a` with `share` (0 to 1) of colour `b` in it."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b))


def dark(colour, share=0.16):
    """A shade of `colour`: towards a warm near-black."""
    return mix(colour, (28, 24, 36), share)


def light(colour, share=0.25):
    """A tint of `colour`: towards white."""
    return mix(colour, (255, 255, 255), share)


# Outlines


def path(text):
    """The points of an outline written like SVG: M, L, C and Q with absolute coordinates."""
    points, words, i = [], text.replace(",", " ").split(), 0
    command = "L"
    while i < len(words):
        word = words[i]
        if word[0].isalpha():
            command, word = word[0], word[1:]
            if not word:
                i += 1
                continue
            words[i] = word
        count = {"M": 2, "L": 2, "Q": 4, "C": 6}[command]
        n = [float(w) for w in words[i : i + count]]
        i += count
        corners = list(zip(n[::2], n[1::2]))
        points += corners if command in "ML" else _curve([points[-1], *corners])
    return points


def _curve(corners, steps=24):
    found = []
    for step in range(1, steps + 1):
        level, t = corners, step / steps
        while len(level) > 1:
            level = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in zip(level, level[1:])]
        found.append(level[0])
    return found


def flip(points, axis=500):
    """The mirror image about a vertical line."""
    return [(2 * axis - x, y) for x, y in points]


def both(text, axis=500):
    """A symmetric outline from its right half, written from the top of the axis to its foot."""
    half = path(text)
    return half + flip(half, axis)[::-1]


def oval(x, y, rx, ry=None):
    """An ellipse about (x, y)."""
    ry = rx if ry is None else ry
    turns = [2 * math.pi * i / 120 for i in range(120)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def arc(x, y, rx, ry, start, end):
    """Points along an ellipse, degrees clockwise from three o'clock."""
    turns = [math.radians(start + (end - start) * i / 60) for i in range(61)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def box(left, top, right, foot, radius=0):
    """A rectangle with rounded corners."""
    if not radius:
        return [(left, top), (right, top), (right, foot), (left, foot)]
    corners = [(right, foot, 0), (left, foot, 90), (left, top, 180), (right, top, 270)]
    points = []
    for x, y, start in corners:
        cx = x - radius if x == right else x + radius
        cy = y - radius if y == foot else y + radius
        points += arc(cx, cy, radius, radius, start, start + 90)
    return points


def move(points, dx, dy=0):
    """The outline moved."""
    return [(x + dx, y + dy) for x, y in points]


def turn(points, degrees, x=500, y=500):
    """The outline turned clockwise about (x, y)."""
    s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [(x + (a - x) * c - (b - y) * s, y + (a - x) * s + (b - y) * c) for a, b in points]


class Canvas:
    """A transparent board that drawings paint on, later shapes over earlier ones."""

    def __init__(self):
        self.image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def fill(self, points, colour, within=None, alpha=1):
        """Fills an outline, clipped to the outline `within` and see-through by `alpha`."""
        if within is None and alpha == 1:
            self._draw.polygon(_scaled(points), fill=(*colour, 255))
            return
        mask = _mask(points)
        if within is not None:
            mask = ImageChops.multiply(mask, _mask(within))
        self._stain(mask, colour, alpha)

    def line(self, points, width, colour, within=None, closed=False, alpha=1):
        """A stroke with round ends."""
        points = points + points[:1] if closed else points
        if within is None and alpha == 1:
            _stroke(self._draw, points, width, (*colour, 255))
            return
        mask = Image.new("L", (SIZE, SIZE), 0)
        _stroke(ImageDraw.Draw(mask), points, width, 255)
        if within is not None:
            mask = ImageChops.multiply(mask, _mask(within))
        self._stain(mask, colour, alpha)

    def dashes(self, points, width, colour, dash=16, gap=12):
        """A stitched line: dashes along straight pieces of an outline."""
        for (x, y), (u, v) in zip(points, points[1:]):
            length = math.hypot(u - x, v - y)
            at = 0
            while length and at < length:
                end = min(at + dash, length)
                a, b = at / length, end / length
                piece = [(x + (u - x) * a, y + (v - y) * a), (x + (u - x) * b, y + (v - y) * b)]
                self.line(piece, width, colour)
                at += dash + gap

    def solid(self, points, colour, edge=34, deep=0.12):
        """Fills an outline and shades its right edge: the light comes from the left."""
        self.fill(points, colour)
        mask = ImageChops.subtract(_mask(points), _mask(move(points, -edge)))
        self._stain(mask, dark(colour, deep), 1)

    def _stain(self, mask, colour, alpha):
        if alpha < 1:
            mask = mask.point(lambda v: round(v * alpha))
        coat = Image.new("RGBA", (SIZE, SIZE), (*colour, 255))
        coat.putalpha(mask)
        self.image.alpha_composite(coat)


def _scaled(points):
    return [(x * SCALE, y * SCALE) for x, y in points]


def _mask(points):
    mask = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(mask).polygon(_scaled(points), fill=255)
    return mask


def _stroke(draw, points, width, fill):
    points, wide = _scaled(points), width * SCALE
    draw.line(points, fill=fill, width=round(wide), joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=fill)


def stage(product, ground, disc=True):
    """The finished picture: the drawing on its ground, with a soft shadow under it."""
    page = Image.new("RGBA", (SIZE, SIZE), (*ground, 255))
    if disc:
        ImageDraw.Draw(page).ellipse([80 * SCALE, 80 * SCALE, 920 * SCALE, 920 * SCALE], fill=(*light(ground, 0.5), 255))
    small = product.getchannel("A").resize((BOARD // 2, BOARD // 2), Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(9)).resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    shadow = Image.new("RGBA", (SIZE, SIZE), (60, 45, 50, 0))
    cast = Image.new("L", (SIZE, SIZE), 0)
    cast.paste(small, (14 * SCALE, 24 * SCALE))
    shadow.putalpha(cast.point(lambda v: round(v * 0.26)))
    page.alpha_composite(shadow)
    page.alpha_composite(product)
    return page.convert("RGB").resize((BOARD, BOARD), Image.Resampling.LANCZOS)
