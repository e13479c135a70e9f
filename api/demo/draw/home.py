"""For living room, bedroom and hall."""

from draw.canvas import arc, both, box, dark, flip, light, oval, path, turn
from draw.palette import COLOURS

OAK = COLOURS["oak"]


def vase(c, colour):
    for stem, x, y in (("M500 300 Q480 220 430 150", 430, 150), ("M506 300 Q520 200 570 120", 570, 120), ("M500 300 Q400 260 350 220", 350, 220)):
        c.line(path(stem), 8, COLOURS["moss"])
        for petal in range(7):
            c.fill(turn(oval(x, y - 30, 14, 24), petal * 51, x, y), COLOURS["chalk"])
        c.fill(oval(x, y, 18), COLOURS["mustard"])
    c.fill(turn(oval(590, 236, 20, 54), 40, 590, 236), COLOURS["moss"])
    body = both("M500 290 L570 290 C580 390 720 450 720 620 C720 770 640 850 560 856 L500 856")
    c.solid(body, colour, 50)
    c.fill(oval(500, 292, 70, 16), dark(colour, 0.45))
    for y in (560, 600):
        c.line(path(f"M260 {y} Q500 {y + 44} 740 {y}"), 8, light(colour, 0.5), within=body)
    c.line(path("M338 540 Q320 620 350 700"), 20, light(colour, 0.35))


def candle(c, colour):
    c.fill(path("M500 210 C550 280 548 330 500 346 C452 330 450 280 500 210"), COLOURS["mustard"])
    c.fill(path("M500 270 C524 306 522 332 500 340 C478 332 476 306 500 270"), COLOURS["rust"])
    c.line(path("M500 340 L500 420"), 8, COLOURS["charcoal"])
    jar = box(300, 400, 700, 840, 56)
    c.solid(jar, colour, 44)
    c.fill(oval(500, 412, 196, 40), light(colour, 0.6))
    c.line(path("M500 350 L500 412"), 9, COLOURS["charcoal"])
    c.line(oval(500, 408, 194, 38), 10, dark(colour, 0.14), closed=True)
    c.solid(box(360, 530, 640, 740, 10), COLOURS["chalk"], 10)
    c.line(path("M400 590 L600 590"), 12, COLOURS["ink"])
    c.line(path("M430 630 L570 630"), 8, COLOURS["slate"])
    c.fill(path("M500 660 C540 680 540 710 500 722 C460 710 460 680 500 660"), colour)


def lamp(c, colour):
    c.solid(both("M500 480 L530 480 L530 590 C610 620 640 680 640 740 C640 800 600 826 560 830 L500 830"), COLOURS["chalk"], 40)
    c.line(path("M380 730 Q500 770 620 730"), 10, dark(COLOURS["oat"]))
    c.solid(box(420, 822, 580, 856, 12), OAK, 20)
    shade = both("M500 170 L620 170 L740 500 L500 512")
    c.solid(shade, colour, 40)
    c.line(path("M262 492 Q500 520 738 492"), 10, light(colour, 0.4))
    c.line(path("M384 176 L616 176"), 10, light(colour, 0.4))
    c.line(path("M600 512 L600 590"), 5, COLOURS["brass"])
    c.fill(oval(600, 598, 12), COLOURS["brass"])


def cushion(c, colour):
    body = both("M500 260 C620 250 720 240 784 216 C764 320 760 420 762 500 C760 600 770 700 784 784 C700 760 620 752 500 748")
    c.solid(body, colour, 40)
    for i, inset in enumerate((0.78, 0.54, 0.3)):
        ring = [(500 + (x - 500) * inset, 500 + (y - 500) * inset) for x, y in body]
        c.line(ring, 20, light(colour, 0.5) if i != 1 else COLOURS["mustard"], closed=True)
    for x, y in ((216, 216), (784, 216), (216, 784), (784, 784)):
        for spread in (-18, 0, 18):
            c.line(turn(path(f"M{x} {y} L{x} {y + 64}"), spread + {(216, 216): 135, (784, 216): 225, (216, 784): 45, (784, 784): -45}[(x, y)], x, y), 9, light(colour, 0.5))
        c.fill(oval(x, y, 17), COLOURS["mustard"])


def throw(c, colour):
    for i, (top, tone) in enumerate(((620, dark(colour, 0.18)), (470, dark(colour, 0.08)), (320, colour))):
        fold = path(f"M190 {top + 60} Q190 {top} 250 {top} L790 {top} Q830 {top + 20} 820 {top + 90} Q826 {top + 150} 780 {top + 164} L240 {top + 164} Q190 {top + 160} 190 {top + 60}")
        c.solid(fold, tone, 30)
        for x in (300, 360, 640, 700):
            c.line(path(f"M{x} {top} L{x} {top + 164}"), 22 if x in (300, 700) else 10, light(tone, 0.55), within=fold)
    for x in range(216, 800, 24):
        c.line(path(f"M{x} 786 L{x - 4} 838"), 8, light(colour, 0.4))


def clock(c, colour):
    c.solid(oval(500, 500, 330), colour, 40)
    c.fill(oval(500, 500, 274), COLOURS["chalk"])
    for i in range(12):
        c.line(turn(path(f"M500 256 L500 {300 if i % 3 == 0 else 276}"), i * 30), 18 if i % 3 == 0 else 10, COLOURS["charcoal"])
    c.line(turn(path("M500 500 L500 350"), -54), 26, COLOURS["charcoal"])
    c.line(turn(path("M500 540 L500 280"), 62), 16, COLOURS["charcoal"])
    c.fill(oval(500, 500, 28), COLOURS["rust"])


def planter(c, colour):
    leaves = ((500, 330, 0, 1), (420, 350, -32, 0), (584, 350, 30, 2), (360, 420, -62, 2), (640, 420, 60, 0))
    greens = (COLOURS["pine"], COLOURS["moss"], dark(COLOURS["sage"], 0.2))
    for x, y, angle, tone in leaves:
        leaf = turn(path("M500 560 C400 440 420 260 500 150 C580 260 600 440 500 560"), angle, 500, 560)
        c.solid(leaf, greens[tone], 20)
        c.line(turn(path("M500 556 L500 200"), angle, 500, 560), 6, light(greens[tone], 0.3))
    c.solid(both("M500 560 L690 560 L650 840 Q644 866 610 866 L500 866"), colour, 44)
    c.solid(box(286, 520, 714, 600, 20), light(colour, 0.08), 36)


def armchair(c, colour):
    for x in (290, 710):
        c.line(path(f"M{x} 720 L{x + (20 if x > 500 else -20)} 850"), 32, OAK)
    c.solid(both("M500 230 C640 230 700 270 704 380 L704 640 L500 640"), colour, 40)
    for x in (430, 570):
        c.line(path(f"M{x} 250 Q{x} 400 {x} 520"), 5, dark(colour, 0.14))
    c.solid(box(290, 540, 710, 690, 50), light(colour, 0.1), 30)
    c.fill(box(270, 660, 730, 752, 24), dark(colour, 0.12))
    arm = path("M690 500 C690 420 830 420 830 500 L810 752 L700 752 Q690 640 690 500")
    for side in (arm, flip(arm)):
        c.solid(side, dark(colour, 0.05), 24)
    c.solid(turn(box(410, 420, 590, 580, 30), 8), COLOURS["oat"], 18)


def side_table(c, colour):
    for leg in ("M330 420 L270 850", "M670 420 L730 850", "M500 420 L500 810"):
        c.line(path(leg), 30, dark(colour, 0.14))
    c.line(path("M300 660 L700 660"), 18, dark(colour, 0.2))
    c.solid(oval(500, 400, 330, 74), dark(colour, 0.16), 20)
    c.solid(oval(500, 376, 330, 74), colour, 26)
    for r in (250, 170, 90):
        c.line(oval(480, 376, r, r * 0.21), 4, dark(colour, 0.12), closed=True)
    c.solid(box(560, 270, 650, 376, 16), COLOURS["sky"], 18)
    c.line(arc(656, 322, 30, 28, -90, 90), 12, COLOURS["sky"])


def art_print(c, colour):
    c.solid(box(240, 140, 760, 860, 6), colour, 16)
    c.fill(box(270, 170, 730, 830), COLOURS["white"])
    sheet = box(320, 230, 680, 770)
    c.fill(sheet, (247, 222, 196))
    c.fill(oval(560, 400, 84), COLOURS["rust"], within=sheet)
    for d, tone in (("M320 560 Q420 440 520 540 Q600 620 680 520 L680 770 L320 770", COLOURS["sage"]), ("M320 640 Q430 540 540 640 Q620 700 680 640 L680 770 L320 770", COLOURS["lagoon"]), ("M320 710 Q460 640 680 730 L680 770 L320 770", COLOURS["ink"])):
        c.fill(path(d), tone, within=sheet)


def mirror(c, colour):
    c.line(path("M420 190 C440 110 560 110 580 190"), 18, COLOURS["walnut"])
    c.fill(oval(500, 112, 18), COLOURS["brass"])
    c.solid(oval(500, 520, 340), OAK, 34)
    glass = oval(500, 520, 292)
    c.fill(glass, (205, 224, 232))
    c.fill(path("M260 760 L560 180 L680 180 L380 820"), (255, 255, 255), within=glass, alpha=0.4)
    c.fill(path("M480 860 L780 280 L820 320 L540 880"), (255, 255, 255), within=glass, alpha=0.4)


def basket(c, colour):
    for handle in (arc(300, 420, 70, 100, 170, 370), arc(700, 420, 70, 100, 170, 370)):
        c.line(handle, 26, COLOURS["walnut"])
    body = both("M500 400 L760 400 C770 600 740 760 700 836 L500 846")
    c.solid(body, OAK, 36)
    for row, y in enumerate(range(436, 846, 48)):
        for x in range(200 + (row % 2) * 36, 820, 72):
            c.fill(box(x, y, x + 54, y + 34, 14), light(OAK, 0.28), within=body)
    c.solid(box(226, 376, 774, 440, 28), dark(OAK, 0.1), 24)


def rug(c, colour):
    for x in range(232, 780, 26):
        for y, v in ((150, 190), (850, 810)):
            c.line(path(f"M{x} {y} L{x} {v}"), 9, COLOURS["oat"])
    sheet = box(210, 186, 790, 814)
    c.solid(sheet, colour, 14)
    c.line(box(250, 226, 750, 774), 14, COLOURS["oat"], closed=True)
    for y in (350, 500, 650):
        for x in (360, 500, 640):
            tone = COLOURS["mustard"] if (x + y) % 300 == 0 else light(colour, 0.55)
            c.fill(path(f"M{x} {y - 62} L{x + 58} {y} L{x} {y + 62} L{x - 58} {y}"), tone)
            c.fill(path(f"M{x} {y - 30} L{x + 28} {y} L{x} {y + 30} L{x - 28} {y}"), dark(colour, 0.2))


def shelf(c, colour):
    for x in (300, 700):
        c.line(path(f"M{x} 640 L{x} 760 L{x - 60} 640"), 16, COLOURS["charcoal"])
    for i, (x, h, tone) in enumerate(((220, 230, "rust"), (274, 270, "ink"), (328, 210, "mustard"), (382, 250, "pine"))):
        c.solid(box(x, 610 - h, x + 48, 610, 5), COLOURS[tone], 10)
        c.fill(box(x + 10, 640 - h, x + 38, 652 - h), COLOURS["chalk"])
    for angle in (-36, 0, 36):
        c.fill(turn(oval(600, 400, 26, 84), angle, 600, 490), COLOURS["moss"])
    c.solid(both("M600 480 L664 480 L650 610 L600 610", 600), COLOURS["clay"], 18)
    c.solid(oval(742, 566, 44), COLOURS["blush"], 16)
    c.solid(box(140, 606, 860, 660, 8), colour, 24)
    c.line(path("M180 632 L520 632"), 4, dark(colour, 0.14))


def swatches(c, colour):
    for angle, tone in ((-44, "ink"), (-26, "pine"), (-8, "mustard"), (10, "clay"), (28, "blush"), (46, "sky")):
        card = turn(box(430, 220, 570, 800, 16), angle, 500, 770)
        c.solid(card, COLOURS[tone], 14)
        c.line(card, 3, dark(COLOURS[tone], 0.2), closed=True)
    c.solid(oval(500, 752, 22), COLOURS["brass"], 8)


DRAWINGS = {
    "hillside-vase": (vase, "clay"),
    "quiet-evening-candle": (candle, "blush"),
    "half-moon-table-lamp": (lamp, "mustard"),
    "corner-cushion": (cushion, "pine"),
    "sunday-throw": (throw, "sky"),
    "even-keel-wall-clock": (clock, "oak"),
    "sprout-planter": (planter, "clay"),
    "nook-armchair": (armchair, "pine"),
    "drum-side-table": (side_table, "oak"),
    "low-tide-art-print": (art_print, "oak"),
    "porthole-mirror": (mirror, "oak"),
    "gather-basket": (basket, "oak"),
    "crossroads-rug": (rug, "ink"),
    "ledge-shelf": (shelf, "oak"),
    "fabric-swatch-book": (swatches, "clay"),
}
