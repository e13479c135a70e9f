"""Bags and small things to carry."""

from draw.canvas import arc, both, box, dark, flip, light, move, oval, path, turn
from draw.palette import COLOURS

BRASS = COLOURS["brass"]


def tote(c, colour):
    for dx, tone in ((26, dark(colour, 0.24)), (0, dark(colour, 0.1))):
        c.line(move(path("M390 400 C390 160 610 160 610 400"), dx, -dx // 2), 26, tone)
    bag = both("M500 370 L740 370 L772 836 L500 840")
    c.solid(bag, colour, 30)
    c.line(path("M262 402 L738 402"), 4, dark(colour, 0.2))
    for x in (390, 610):
        c.fill(box(x - 24, 372, x + 24, 446, 4), dark(colour, 0.1))
    sun = oval(500, 560, 84)
    c.fill(sun, COLOURS["mustard"])
    for i, tone in enumerate((COLOURS["lagoon"], COLOURS["ink"], COLOURS["clay"])):
        y = 600 + i * 42
        c.line(path(f"M380 {y} Q440 {y - 34} 500 {y} Q560 {y + 34} 620 {y}"), 20, tone)


def backpack(c, colour):
    c.line(path("M440 200 C440 120 560 120 560 200"), 24, dark(colour, 0.3))
    body = both("M500 180 C640 180 716 240 724 380 L740 780 C736 826 700 846 660 846 L500 846")
    c.solid(body, colour, 34)
    flap = both("M500 180 C640 180 716 240 724 380 L722 470 C660 520 580 530 500 530")
    c.solid(flap, light(colour, 0.1), 28)
    c.solid(box(330, 600, 670, 800, 30), dark(colour, 0.1), 20)
    c.line(path("M350 650 L650 650"), 8, dark(colour, 0.4))
    for x in (400, 600):
        c.solid(box(x - 20, 440, x + 20, 640, 12), COLOURS["walnut"], 8)
        c.line(box(x - 28, 556, x + 28, 600, 8), 9, BRASS, closed=True)
    c.solid(box(456, 300, 544, 360, 8), COLOURS["oat"], 8)


def wallet(c, colour):
    c.solid(turn(box(300, 250, 660, 470, 16), -9), COLOURS["lagoon"], 10)
    c.solid(turn(box(330, 276, 690, 500, 16), -4), COLOURS["mustard"], 10)
    back = box(210, 340, 790, 740, 40)
    c.solid(back, colour, 30)
    c.fill(path("M210 380 Q210 340 250 340 L750 340 Q790 340 790 380 L790 430 Q500 480 210 430"), dark(colour, 0.22))
    c.solid(box(210, 420, 790, 740, 40), light(colour, 0.06), 30)
    c.dashes(box(232, 442, 768, 718, 26), 4, light(colour, 0.4), 14, 10)
    c.solid(box(650, 530, 800, 630, 40), dark(colour, 0.12), 12)
    c.solid(oval(700, 580, 20), BRASS, 9)


def belt(c, colour):
    for radius, tone in ((300, dark(colour, 0.3)), (300, colour)):
        c.line(arc(500, 500, radius, radius * 0.86, 70, 420), 92, tone)
    c.line(arc(500, 500, 338, 338 * 0.87, 80, 410), 4, light(colour, 0.4))
    c.line(arc(500, 500, 262, 262 * 0.84, 80, 410), 4, light(colour, 0.4))
    c.line(path("M500 758 L760 734 L840 690"), 86, dark(colour, 0.1))
    c.line(box(420, 680, 590, 836, 26), 24, BRASS, closed=True)
    c.line(path("M500 758 L612 752"), 20, light(BRASS, 0.3))
    for x in (660, 716, 772):
        c.fill(oval(x, 742 - (x - 660) * 0.16, 9), dark(colour, 0.6))


def watch(c, colour):
    c.solid(box(420, 110, 580, 400, 40), colour, 22)
    c.solid(box(420, 600, 580, 890, 40), colour, 22)
    for y in (700, 750, 800, 850):
        c.fill(oval(500, y, 11), dark(colour, 0.5))
    c.solid(box(690, 474, 740, 526, 10), BRASS, 10)
    c.solid(oval(500, 500, 206), BRASS, 26)
    c.fill(oval(500, 500, 172), COLOURS["chalk"])
    for i in range(12):
        c.line(turn(path(f"M500 348 L500 {376 if i % 3 else 392}"), i * 30), 8 if i % 3 else 12, COLOURS["ink"])
    c.line(turn(path("M500 510 L500 410"), -60), 16, COLOURS["ink"])
    c.line(turn(path("M500 520 L500 376"), 50), 11, COLOURS["ink"])
    c.line(turn(path("M500 540 L500 370"), 190), 5, COLOURS["rust"])
    c.fill(oval(500, 500, 14), COLOURS["rust"])


def sunglasses(c, colour):
    for arm in (path("M770 440 C840 380 800 330 700 300"), flip(path("M770 440 C840 380 800 330 700 300"))):
        c.line(arm, 24, dark(colour, 0.25))
    c.line(path("M440 490 Q500 430 560 490"), 30, colour)
    lens = path("M560 440 C640 410 740 410 800 440 C820 560 760 660 676 660 C590 660 550 560 560 440")
    for side in (lens, flip(lens)):
        c.fill(side, COLOURS["charcoal"])
        c.fill(move(box(570, 380, 640, 700), -380 if side is not lens else 0), (255, 255, 255), within=side, alpha=0.14)
        c.line(side, 32, colour, closed=True)
    c.line(path("M206 436 L250 426"), 12, light(colour, 0.5))
    c.line(path("M794 436 L750 426"), 12, light(colour, 0.5))


def umbrella(c, colour):
    c.line(path("M500 160 L500 800 C500 880 390 880 390 796"), 26, COLOURS["walnut"])
    dome = both("M500 200 C720 200 860 360 880 540 Q800 480 752 540 Q690 480 626 540 Q560 480 500 540")
    c.solid(dome, colour, 30)
    for x, share in ((626, 0.1), (374, 0.1)):
        c.fill(path(f"M500 200 Q{x} 320 {x} 540 Q{(x + 500) / 2} 480 500 540"), light(colour, share + 0.1))
    for x in (374, 500, 626):
        c.line(path(f"M500 200 Q{x} 320 {x} 536"), 5, dark(colour, 0.24))
    c.line(path("M500 160 L500 206"), 18, BRASS)
    c.line(path("M390 800 L390 780"), 34, dark(COLOURS["walnut"]))


def pins(c, colour):
    c.solid(box(230, 180, 770, 820, 24), COLOURS["chalk"], 16)
    c.fill(oval(500, 226, 15), dark(COLOURS["chalk"], 0.25))
    leaf = path("M280 470 C280 330 400 290 450 300 C460 400 400 480 280 470")
    c.solid(leaf, COLOURS["pine"], 16)
    c.line(path("M300 450 L430 318"), 7, BRASS)
    c.line(leaf, 9, BRASS, closed=True)
    sun = oval(620, 390, 76)
    for i in range(10):
        c.line(turn(path("M620 296 L620 280"), i * 36, 620, 390), 14, BRASS)
    c.solid(sun, COLOURS["mustard"], 16)
    c.line(sun, 9, BRASS, closed=True)
    wave = oval(380, 640, 92)
    c.fill(wave, COLOURS["sky"])
    for y in (630, 676, 716):
        c.line(path(f"M270 {y} Q326 {y - 34} 380 {y} Q434 {y + 34} 490 {y}"), 22, COLOURS["ink"], within=wave)
    c.line(wave, 9, BRASS, closed=True)
    hill = path("M530 720 L610 560 L660 640 L690 606 L740 720")
    c.solid(hill, COLOURS["clay"], 18)
    c.fill(path("M580 620 L610 560 L640 610 L610 630"), COLOURS["chalk"])
    c.line(hill, 9, BRASS, closed=True)


def earrings(c, colour):
    for x, tilt in ((360, -4), (640, 4)):
        place = lambda points: turn(points, tilt, x, 200)
        c.line(place(arc(x, 250, 46, 60, 150, 400)), 11, colour)
        c.solid(place(oval(x, 390, 74, 84)), colour, 20)
        c.line(place(path(f"M{x} 466 L{x} 520")), 9, dark(colour, 0.2))
        c.solid(place(oval(x, 640, 104, 124)), COLOURS["lagoon"], 26)
        c.fill(place(oval(x - 36, 596, 18, 34)), light(COLOURS["lagoon"], 0.5))
        c.line(place(oval(x, 640, 104, 124)), 10, colour, closed=True)


def keyring(c, colour):
    c.line(oval(500, 240, 104), 24, COLOURS["steel"], closed=True)
    c.line(oval(500, 240, 104), 5, light(COLOURS["steel"], 0.5), closed=True)
    strap = box(430, 330, 570, 860, 66)
    c.solid(strap, colour, 26)
    c.dashes(box(450, 352, 550, 838, 48), 5, light(colour, 0.5), 16, 12)
    c.solid(oval(500, 410, 24), BRASS, 11)
    c.solid(oval(500, 520, 24), BRASS, 11)
    key = lambda points: turn(points, -32, 560, 330)
    c.line(key(path("M590 400 L590 640")), 26, BRASS)
    c.line(key(path("M590 590 L640 590")), 24, BRASS)
    c.line(key(path("M590 636 L630 636")), 24, BRASS)
    c.line(key(oval(590, 360, 46)), 24, BRASS, closed=True)


def ticket(c, colour):
    for angle, tone in ((-12, dark(colour, 0.16)), (4, colour)):
        place = lambda points: turn(points, angle)
        c.solid(place(box(170, 340, 830, 680, 26)), tone, 18)
        for y in range(372, 680, 38):
            c.fill(place(oval(640, y, 9)), light(tone, 0.7))
    c.solid(place(path("M250 430 L400 400 L550 430 L550 600 L400 570 L250 600")), COLOURS["chalk"], 10)
    c.line(place(path("M400 402 L400 570")), 8, dark(COLOURS["oat"]))
    for y in (470, 505, 540):
        c.line(place(path(f"M276 {y - 8} L374 {y - 28}")), 6, COLOURS["slate"])
        c.line(place(path(f"M426 {y - 28} L524 {y - 8}")), 6, COLOURS["slate"])
    for i, y in enumerate((430, 490, 550, 610)):
        c.line(place(path(f"M690 {y} L{770 - (i % 2) * 30} {y}")), 14, light(colour, 0.7))


DRAWINGS = {
    "market-day-tote": (tote, "chalk"),
    "commuter-backpack": (backpack, "pine"),
    "fold-over-wallet": (wallet, "walnut"),
    "everyday-belt": (belt, "walnut"),
    "slow-hour-watch": (watch, "ink"),
    "boardwalk-sunglasses": (sunglasses, "rust"),
    "cloudburst-umbrella": (umbrella, "berry"),
    "field-notes-pin-set": (pins, "chalk"),
    "pebble-drop-earrings": (earrings, "brass"),
    "loop-key-fob": (keyring, "clay"),
    "bookbinding-evening": (ticket, "clay"),
}
