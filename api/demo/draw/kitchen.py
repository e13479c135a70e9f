"""For stove, counter and table."""

from draw.canvas import both, box, dark, flip, light, move, oval, path, turn
from draw.palette import COLOURS

OAK, STEEL, CHALK = COLOURS["oak"], COLOURS["steel"], COLOURS["chalk"]


def mug(c, colour):
    c.line(path("M690 420 C850 390 850 680 670 660"), 50, dark(colour, 0.08))
    body = both("M500 310 L706 310 L694 700 Q680 790 590 796 L500 796")
    c.solid(body, colour, 48)
    c.fill(both("M500 660 L696 660 L694 700 Q680 790 590 796 L500 796"), COLOURS["oat"])
    c.line(path("M304 660 Q400 690 500 664 Q600 640 696 664"), 18, colour)
    c.fill(oval(500, 310, 206, 42), light(colour, 0.25))
    c.fill(oval(500, 316, 180, 30), COLOURS["walnut"])
    c.line(path("M350 420 L346 580"), 20, light(colour, 0.4))


def teapot(c, colour):
    c.line(path("M300 470 C140 420 140 700 330 680"), 42, dark(colour, 0.12))
    c.solid(path("M660 560 C760 560 760 420 850 380 L880 410 C830 470 830 680 660 700"), dark(colour, 0.06), 14)
    body = both("M500 360 C660 360 740 450 740 580 C740 720 650 790 560 794 L500 794")
    c.solid(body, colour, 50)
    c.solid(both("M500 320 C570 320 620 340 630 386 C600 400 550 404 500 404"), light(colour, 0.14), 22)
    c.solid(oval(500, 306, 34), OAK, 12)
    c.line(path("M326 530 Q330 470 390 430"), 22, light(colour, 0.4))
    c.fill(box(400, 786, 600, 812, 10), dark(colour, 0.2))


def board(c, colour):
    body = path("M300 330 Q300 290 340 290 L440 290 L452 170 Q458 130 500 130 Q542 130 548 170 L560 290 L660 290 Q700 290 700 330 L700 830 Q700 870 660 870 L340 870 Q300 870 300 830")
    c.solid(body, colour, 24)
    for x in (360, 420, 500, 560, 640):
        c.line(path(f"M{x} 300 Q{x + 14} 560 {x - 6} 866"), 5, dark(colour, 0.12), within=body)
    c.fill(oval(500, 186, 20), dark(colour, 0.5))
    c.fill(turn(oval(590, 700, 56, 42), -20, 590, 700), COLOURS["rust"])
    c.fill(path("M560 664 Q586 640 620 652"), COLOURS["moss"])
    c.fill(oval(440, 740, 44, 38), COLOURS["mustard"])
    c.fill(oval(440, 740, 30, 25), light(COLOURS["mustard"], 0.5))


def knife(c, colour):
    place = lambda points: turn(points, -38)
    blade = place(path("M480 440 L880 440 C870 520 760 580 620 580 L480 580"))
    c.solid(blade, STEEL, 1)
    c.fill(place(path("M480 540 L700 556 Q660 580 620 580 L480 580")), light(STEEL, 0.45))
    c.solid(place(box(440, 434, 492, 590, 8)), dark(STEEL, 0.3), 1)
    c.solid(place(path("M450 440 L180 430 Q120 430 120 490 Q130 550 200 540 L450 556")), COLOURS["walnut"], 1)
    c.line(place(path("M170 456 L440 462")), 8, light(COLOURS["walnut"], 0.2))
    for x in (210, 300, 390):
        c.fill(place(oval(x, 496, 13)), COLOURS["brass"])


def apron(c, colour):
    c.line(path("M410 300 C400 110 600 110 590 300"), 22, COLOURS["walnut"])
    for side in (path("M690 500 Q800 520 840 620"), flip(path("M690 500 Q800 520 840 620"))):
        c.line(side, 18, COLOURS["walnut"])
    body = both("M500 270 L600 270 C610 380 640 450 710 490 L720 850 L500 856")
    c.solid(body, colour, 28)
    c.line(path("M402 300 L598 300"), 5, dark(colour, 0.25))
    c.line(path("M564 590 L564 520"), 16, OAK)
    c.solid(oval(564, 500, 28, 40), OAK, 10)
    c.solid(box(370, 590, 630, 740, 12), light(colour, 0.12), 16)
    c.line(path("M500 596 L500 740"), 5, dark(colour, 0.25))


def towels(c, colour):
    for dx, tone, stripe in ((-120, CHALK, colour), (110, colour, CHALK)):
        sheet = move(box(330, 220, 600, 820, 10), dx, 20 if dx > 0 else -20)
        c.solid(sheet, tone, 20)
        for y in (300, 340, 640, 680, 720):
            c.line(path(f"M100 {y} L900 {y}"), 22 if y in (300, 680) else 10, stripe, within=sheet)
        left = 330 + dx
        for x in range(left + 8, left + 270, 18):
            foot = 840 if dx > 0 else 800
            c.line(path(f"M{x} {foot} L{x} {foot + 26}"), 6, tone)
    c.line(path("M160 200 L840 200"), 26, OAK)


def jars(c, colour):
    for x, w, top, fill in ((330, 130, 330, "mustard"), (640, 160, 240, "clay"), (490, 96, 560, "moss")):
        glass = box(x - w, top + 50, x + w, 830, 40)
        c.fill(glass, (226, 238, 240))
        c.fill(box(x - w + 16, top + 50 + (830 - top) * 0.3, x + w - 16, 816, 26), COLOURS[fill])
        for i in range(18):
            px, py = x - w + 36 + (i * 53) % (2 * w - 70), top + 80 + (830 - top) * 0.3 + (i * 37) % max(20, int((830 - top) * 0.5))
            if py < 796:
                c.fill(oval(px, py, 9, 7), light(COLOURS[fill], 0.35))
        c.fill(box(x - w + 22, top + 80, x - w + 44, 780, 10), (255, 255, 255), alpha=0.55)
        c.solid(box(x - w + 6, top, x + w - 6, top + 64, 14), OAK, 20)


def skillet(c, colour):
    c.line(path("M640 360 L850 150"), 60, COLOURS["charcoal"])
    c.fill(oval(836, 164, 14), light(COLOURS["charcoal"], 0.6))
    c.solid(oval(440, 560, 310), COLOURS["charcoal"], 30)
    c.fill(oval(440, 560, 262), dark(COLOURS["charcoal"], 0.35))
    egg = path("M300 520 C320 420 460 430 500 480 C580 500 600 600 540 650 C480 720 380 690 340 650 C280 620 280 570 300 520")
    c.fill(egg, COLOURS["white"])
    c.solid(oval(430, 560, 66), COLOURS["mustard"], 18)
    c.fill(oval(408, 538, 14, 10), light(COLOURS["mustard"], 0.6))


def bowls(c, colour):
    for top, wide, tone in ((300, 200, light(colour, 0.5)), (420, 260, light(colour, 0.24)), (550, 320, colour)):
        half = f"M500 {top} L{500 + wide} {top} C{500 + wide} {top + wide * 0.6} {500 + wide * 0.6} {top + wide * 0.86} {500 + wide * 0.4} {top + wide * 0.86} L500 {top + wide * 0.86}"
        c.solid(both(half), tone, 36)
        c.fill(oval(500, top, wide, 34), dark(tone, 0.3))
        c.line(oval(500, top, wide - 4, 32), 10, light(tone, 0.35), closed=True)


def mill(c, colour):
    c.solid(oval(500, 170, 44), COLOURS["brass"], 14)
    c.solid(both("M500 210 C600 210 610 300 580 350 L500 356"), colour, 28)
    c.solid(both("M500 366 L566 366 C540 470 560 540 600 600 C640 680 640 780 640 850 L500 856"), colour, 36)
    c.fill(box(424, 346, 576, 378, 8), COLOURS["brass"])
    c.fill(box(366, 776, 634, 800, 6), dark(colour, 0.2))
    c.line(path("M430 640 Q410 700 404 760"), 16, light(colour, 0.35))
    for x, y in ((280, 820), (240, 850), (310, 856), (720, 846), (760, 820)):
        c.fill(oval(x, y, 13, 11), COLOURS["charcoal"])


def carafe(c, colour):
    glass = (222, 236, 240)
    body = both("M420 170 L490 170 C490 330 580 420 580 620 L570 820 L420 826", 420)
    c.fill(body, glass)
    c.fill(both("M420 520 L572 520 Q584 600 578 700 L570 820 L420 826", 420), (150, 198, 214), within=body)
    c.fill(path("M300 560 Q290 680 300 790 L322 790 Q314 680 322 560"), (255, 255, 255), alpha=0.6)
    c.solid(oval(420, 168, 70, 26), OAK, 14)
    c.solid(box(366, 120, 474, 176, 16), OAK, 18)
    for x, tone in ((650, glass), (790, glass)):
        cup = both(f"M{x} 600 L{x + 66} 600 L{x + 56} 826 L{x} 828", x)
        c.fill(cup, tone)
        c.fill(both(f"M{x} 690 L{x + 62} 690 L{x + 56} 826 L{x} 828", x), (150, 198, 214))
        c.fill(box(x - 44, 640, x - 32, 800, 6), (255, 255, 255), alpha=0.6)
    c.fill(oval(420, 640, 50), COLOURS["mustard"], within=body)
    c.fill(oval(420, 640, 36), light(COLOURS["mustard"], 0.6), within=body)


def coffee(c, colour):
    bag = both("M500 200 L670 200 L690 300 L700 850 L500 850")
    c.solid(bag, colour, 40)
    c.fill(box(326, 176, 674, 250, 8), dark(colour, 0.2))
    c.line(path("M330 214 L670 214"), 10, COLOURS["brass"])
    c.solid(box(368, 400, 632, 720, 14), CHALK, 12)
    bean = turn(oval(500, 510, 58, 80), 24, 500, 510)
    c.solid(bean, COLOURS["walnut"], 16)
    c.line(turn(path("M500 440 Q526 510 500 580"), 24, 500, 510), 9, light(COLOURS["walnut"], 0.35))
    c.line(path("M420 636 L580 636"), 14, COLOURS["ink"])
    c.line(path("M446 676 L554 676"), 9, COLOURS["slate"])
    for x, y, a in ((230, 820, 20), (250, 760, 80), (770, 830, -30)):
        c.solid(turn(oval(x, y, 26, 36), a, x, y), COLOURS["walnut"], 8)


def kettle(c, colour):
    c.line(path("M330 400 C330 150 670 150 670 400"), 34, COLOURS["walnut"])
    c.solid(path("M640 620 C740 600 740 480 880 430 L896 466 C820 540 800 700 660 730"), dark(colour, 0.1), 14)
    body = both("M500 390 C640 390 720 520 740 740 Q744 800 690 806 L500 806")
    c.solid(body, colour, 50)
    c.fill(box(262, 770, 738, 812, 18), STEEL)
    c.solid(both("M500 350 C560 350 600 366 610 404 C570 416 540 420 500 420"), light(colour, 0.14), 20)
    c.solid(oval(500, 336, 28), COLOURS["walnut"], 10)
    c.line(path("M320 680 Q330 560 390 480"), 22, light(colour, 0.4))


DRAWINGS = {
    "dipped-stoneware-mug": (mug, "sky"),
    "afternoon-teapot": (teapot, "lagoon"),
    "breakfast-board": (board, "oak"),
    "steady-hand-chef-knife": (knife, "steel"),
    "workshop-apron": (apron, "ink"),
    "linen-tea-towel-pair": (towels, "clay"),
    "pantry-jar-trio": (jars, "oak"),
    "hearth-skillet": (skillet, "charcoal"),
    "nesting-bowls": (bowls, "lagoon"),
    "twist-pepper-mill": (mill, "walnut"),
    "spring-water-carafe-set": (carafe, "sky"),
    "night-owl-coffee": (coffee, "pine"),
    "first-light-kettle": (kettle, "rust"),
}
