"""For the desk."""

from draw.canvas import arc, both, box, dark, flip, light, move, oval, path, turn
from draw.palette import COLOURS

BRASS, CHALK = COLOURS["brass"], COLOURS["chalk"]


def notebook(c, colour):
    place = lambda points: turn(points, -7)
    c.solid(place(box(278, 178, 758, 842, 18)), CHALK, 14)
    c.solid(place(box(250, 160, 740, 824, 22)), colour, 20)
    c.fill(place(path("M272 160 Q250 160 250 182 L250 802 Q250 824 272 824 L326 824 L326 160")), dark(colour, 0.2))
    c.solid(place(box(420, 290, 640, 420, 8)), CHALK, 8)
    c.line(place(path("M450 336 L610 336")), 10, COLOURS["ink"])
    c.line(place(path("M480 374 L580 374")), 7, COLOURS["slate"])
    c.line(place(path("M690 160 L690 824")), 16, dark(colour, 0.4))
    c.fill(place(path("M470 824 L506 824 L506 896 L488 876 L470 896")), COLOURS["mustard"])


def pen(c, colour):
    place = lambda points: turn(points, 40)
    c.solid(place(box(456, 120, 544, 470, 40)), colour, 24)
    c.solid(place(box(452, 450, 548, 490, 6)), BRASS, 20)
    c.solid(place(path("M458 490 L542 490 L530 720 L470 720")), dark(colour, 0.14), 20)
    c.solid(place(path("M466 720 L534 720 Q536 800 500 890 Q464 800 466 720")), BRASS, 16)
    c.line(place(path("M500 780 L500 880")), 5, dark(BRASS, 0.5))
    c.fill(place(oval(500, 780, 10)), dark(BRASS, 0.5))
    c.line(place(path("M552 150 L552 400")), 16, BRASS)
    c.line(path("M180 850 C260 780 300 880 380 830 C440 790 470 860 540 840"), 9, COLOURS["ink"])


def pencils(c, colour):
    tones = ("rust", "mustard", "moss", "lagoon", "ink", "plum")
    for i, tone in enumerate(tones):
        x, top = 250 + i * 88, 190 + (i % 2) * 26
        c.solid(box(x, top + 110, x + 64, 800), COLOURS[tone], 18)
        c.fill(path(f"M{x} {top + 112} L{x + 32} {top} L{x + 64} {top + 112}"), COLOURS["beech"])
        c.fill(path(f"M{x + 22} {top + 36} L{x + 32} {top} L{x + 42} {top + 36}"), COLOURS[tone])
    c.solid(box(210, 560, 812, 850, 18), COLOURS["oat"], 24)
    c.fill(box(210, 600, 812, 618), COLOURS["clay"])
    c.line(path("M400 710 L620 710"), 14, COLOURS["ink"])
    c.line(path("M440 760 L580 760"), 9, COLOURS["slate"])


def planner(c, colour):
    c.solid(box(230, 200, 770, 840, 24), colour, 24)
    c.solid(box(266, 240, 734, 804, 10), CHALK, 10)
    c.fill(box(266, 240, 734, 330, 10), light(colour, 0.2))
    for row in range(5):
        for column in range(5):
            x, y = 300 + column * 84, 366 + row * 84
            lit = (row * 5 + column) in (3, 7, 13, 16, 22)
            c.fill(box(x, y, x + 62, y + 62, 8), COLOURS["mustard"] if lit else light(COLOURS["oat"], 0.45))
    for x in range(290, 740, 60):
        c.line(path(f"M{x} 170 L{x} 240"), 16, COLOURS["charcoal"])


def tape(c, colour):
    for x, y, tone, pattern in ((350, 400, "blush", "rust"), (640, 380, "sky", "ink"), (500, 640, "mustard", "pine")):
        c.solid(move(box(-150, -40, 150, 130, 60), x, y + 20), dark(COLOURS[tone], 0.14), 20)
        c.solid(oval(x, y, 150, 110), COLOURS[tone], 20)
        for i in range(16):
            px, py = arc(x, y, 114, 84, i * 22.5, i * 22.5)[0]
            c.fill(oval(px, py, 12, 10), COLOURS[pattern])
        c.fill(oval(x, y, 76, 54), COLOURS["oat"])
        c.fill(oval(x, y + 4, 58, 40), dark(COLOURS["oat"], 0.4))


def letters(c, colour):
    c.solid(turn(box(280, 170, 700, 620, 6), -6), CHALK, 12)
    for y in range(250, 420, 40):
        c.line(turn(path(f"M340 {y} L640 {y}"), -6), 6, COLOURS["slate"])
    place = lambda points: turn(points, 5)
    c.solid(place(box(190, 410, 810, 820, 14)), colour, 20)
    c.fill(place(path("M190 816 L470 600 L530 600 L810 816")), light(colour, 0.12))
    flap = place(path("M194 412 L806 412 L530 640 Q500 662 470 640"))
    c.solid(flap, light(colour, 0.2), 6)
    c.line(place(path("M194 412 L470 640 Q500 662 530 640 L806 412")), 5, dark(colour, 0.2))
    c.solid(place(oval(500, 640, 52)), COLOURS["rust"], 16)
    c.line(place(oval(500, 640, 32)), 7, dark(COLOURS["rust"], 0.25), closed=True)


def pen_cup(c, colour):
    for x, top, tone, lean in ((430, 220, "mustard", -8), (500, 170, "ink", 0), (570, 230, "rust", 9), (610, 280, "pine", 16)):
        place = lambda points: turn(points, lean, x, 600)
        c.solid(place(box(x - 22, top + 60, x + 22, 560)), COLOURS[tone], 12)
        c.fill(place(path(f"M{x - 22} {top + 62} L{x} {top} L{x + 22} {top + 62}")), COLOURS["beech"])
    body = both("M500 470 L690 470 L676 820 Q674 850 640 850 L500 850")
    c.solid(body, colour, 44)
    for x in range(330, 700, 48):
        c.line(path(f"M{x} 500 L{500 + (x - 500) * 0.94} 846"), 8, dark(colour, 0.12), within=body)
    c.line(path("M312 476 L688 476"), 16, light(colour, 0.2))


def gift_wrap(c, colour):
    c.solid(box(220, 400, 780, 830, 14), colour, 34)
    sheet = box(220, 400, 780, 830, 14)
    for row, y in enumerate(range(440, 830, 76)):
        for x in range(260 + (row % 2) * 50, 780, 100):
            c.fill(oval(x, y, 13), light(colour, 0.6), within=sheet)
    c.solid(box(190, 340, 810, 450, 12), light(colour, 0.1), 30)
    c.fill(box(456, 340, 544, 830), COLOURS["mustard"])
    loop = path("M510 330 C560 180 740 170 740 260 C740 330 600 340 510 344")
    for side in (loop, flip(loop)):
        c.line(side, 46, COLOURS["mustard"])
    c.solid(oval(500, 336, 52, 44), dark(COLOURS["mustard"], 0.12), 14)


def calendar(c, colour):
    c.solid(path("M250 820 L330 300 L760 300 L820 820"), dark(COLOURS["oak"], 0.1), 20)
    c.solid(box(240, 240, 760, 760, 16), CHALK, 16)
    c.fill(box(240, 240, 760, 400, 16), colour)
    c.fill(path("M300 400 L400 280 L460 350 L520 300 L620 400"), light(colour, 0.5))
    for row in range(4):
        for column in range(7):
            c.fill(oval(292 + column * 69, 460 + row * 76, 19), COLOURS["rust"] if (row, column) == (2, 4) else light(COLOURS["slate"], 0.5))
    for x in range(290, 740, 70):
        c.line(path(f"M{x} 206 L{x} 270"), 14, COLOURS["charcoal"])


DRAWINGS = {
    "open-field-notebook": (notebook, "moss"),
    "inkwell-fountain-pen": (pen, "ink"),
    "six-color-pencil-box": (pencils, "oat"),
    "undated-week-planner": (planner, "clay"),
    "ribbon-paper-tape": (tape, "blush"),
    "slow-mail-letter-set": (letters, "blush"),
    "ridge-pen-cup": (pen_cup, "sage"),
    "gift-wrapping": (gift_wrap, "pine"),
    "mountain-desk-calendar": (calendar, "lagoon"),
}
