"""For the garden, the park and the road."""

from draw.canvas import arc, both, box, dark, flip, light, oval, path, turn
from draw.palette import COLOURS

STEEL = COLOURS["steel"]


def bottle(c, colour):
    c.line(path("M440 190 C440 110 560 110 560 190"), 26, COLOURS["charcoal"])
    c.solid(box(424, 180, 576, 270, 18), COLOURS["charcoal"], 22)
    body = both("M500 262 L576 262 C600 330 640 340 640 420 L640 836 Q640 872 604 872 L500 872")
    c.solid(body, colour, 40)
    c.fill(box(392, 430, 416, 800, 12), light(colour, 0.45))
    c.fill(both("M500 836 L640 836 Q640 872 604 872 L500 872"), STEEL)
    c.fill(path("M420 640 L478 540 L510 590 L540 552 L590 640"), light(colour, 0.75))


def tent(c, colour):
    c.fill(oval(500, 780, 400, 56), COLOURS["moss"])
    c.solid(path("M420 260 L640 250 L884 766 L600 780"), dark(colour, 0.16), 20)
    front = path("M420 260 L620 782 L130 770")
    c.solid(front, colour, 1)
    c.fill(path("M420 340 L510 780 L330 776"), dark(colour, 0.55))
    for flap in (path("M420 340 L400 560 L300 774 L344 776"), path("M420 340 L450 560 L556 780 L500 780")):
        c.fill(flap, light(colour, 0.3))
    c.line(path("M420 262 L640 250"), 10, dark(colour, 0.3))
    c.line(path("M420 262 L420 216"), 12, COLOURS["oak"])
    for x, y, u in ((130, 770, 84), (884, 766, 930)):
        c.line(path(f"M{x} {y} L{u} 806"), 8, COLOURS["oak"])


def enamel_mug(c, colour):
    c.line(path("M690 430 C840 400 840 650 680 640"), 40, dark(colour, 0.1))
    body = both("M500 330 L712 330 L684 740 Q680 776 640 776 L500 776")
    c.solid(body, colour, 44)
    for x, y, r in ((350, 480, 9), (420, 620, 12), (560, 520, 8), (480, 420, 7), (600, 660, 10), (380, 700, 8), (530, 700, 6), (620, 440, 7), (450, 530, 6)):
        c.fill(oval(x, y, r, r * 0.8), light(colour, 0.72))
    c.fill(oval(500, 330, 212, 42), COLOURS["charcoal"])
    c.fill(oval(500, 338, 188, 30), COLOURS["walnut"])
    c.line(oval(500, 330, 206, 38), 14, COLOURS["chalk"], closed=True)


def lantern(c, colour):
    c.line(arc(500, 330, 190, 220, 190, 350), 18, STEEL)
    glass = box(370, 380, 630, 680, 60)
    c.fill(glass, (255, 240, 196))
    c.fill(oval(500, 560, 90, 110), (255, 220, 130), within=glass)
    c.fill(path("M500 440 C560 520 560 600 500 620 C440 600 440 520 500 440"), COLOURS["mustard"])
    c.fill(path("M500 510 C530 560 530 600 500 612 C470 600 470 560 500 510"), COLOURS["rust"])
    for x in (370, 630):
        c.line(path(f"M{x} 380 L{x} 690"), 16, dark(colour, 0.2))
    c.solid(both("M500 270 L580 270 L620 330 L680 390 L500 390"), colour, 26)
    c.solid(both("M500 670 L670 670 L700 820 Q700 850 670 850 L500 850"), colour, 30)
    c.solid(oval(500, 760, 34), COLOURS["brass"], 14)


def hammock(c, colour):
    for x, lean in ((110, 1), (890, -1)):
        c.line(path(f"M{x} 190 L{x + lean * 6} 860"), 40, COLOURS["walnut"])
        c.fill(oval(x, 200, 84, 70), COLOURS["moss"])
        c.fill(oval(x + lean * 30, 150, 60, 50), COLOURS["sage"])
    for spread in range(-2, 3):
        c.line(path(f"M126 400 L230 {470 + spread * 26}"), 5, COLOURS["oat"])
        c.line(path(f"M874 400 L770 {470 + spread * 26}"), 5, COLOURS["oat"])
    bed = path("M226 430 C300 620 700 620 774 430 L786 520 C700 780 300 780 214 520")
    c.solid(bed, colour, 1)
    for i, x in enumerate(range(250, 780, 80)):
        c.line(path(f"M{x} 380 Q{x + (500 - x) * 0.1} 600 {x + (500 - x) * 0.2} 780"), 26, light(colour, 0.55) if i % 2 else COLOURS["mustard"], within=bed)
    c.line(path("M226 430 C300 620 700 620 774 430"), 14, dark(colour, 0.2))
    c.line(path("M214 520 C300 780 700 780 786 520"), 8, dark(colour, 0.3))


def camp_chair(c, colour):
    for leg in (path("M340 640 L700 860"), path("M660 640 L300 860")):
        c.line(leg, 30, COLOURS["oak"])
    c.line(path("M286 862 L714 862"), 24, COLOURS["oak"])
    c.line(path("M310 220 L350 640"), 24, COLOURS["oak"])
    c.line(path("M690 220 L650 640"), 24, COLOURS["oak"])
    back = path("M312 230 Q500 260 688 230 L668 480 Q500 510 332 480")
    c.solid(back, colour, 30)
    c.line(path("M318 300 Q500 330 682 300"), 18, light(colour, 0.5))
    seat = path("M300 560 Q500 620 700 560 L730 650 Q500 720 270 650")
    c.solid(seat, dark(colour, 0.1), 30)
    for arm in (box(250, 470, 370, 504, 14), flip(box(250, 470, 370, 504, 14))):
        c.solid(arm, COLOURS["beech"], 10)


def blanket(c, colour):
    c.solid(box(200, 330, 800, 720, 70), colour, 30)
    roll = box(200, 330, 800, 720, 70)
    for x in range(240, 800, 110):
        c.fill(box(x, 320, x + 44, 730), light(colour, 0.55), within=roll, alpha=0.75)
    for y in range(370, 720, 110):
        c.fill(box(190, y, 810, y + 44), light(colour, 0.55), within=roll, alpha=0.6)
    c.solid(oval(796, 525, 66, 194), dark(colour, 0.14), 20)
    for r in (52, 34, 16):
        c.line(oval(796, 525, r, r * 2.9), 7, light(colour, 0.4), closed=True)
    for x in (340, 620):
        c.solid(box(x - 26, 316, x + 26, 734, 12), COLOURS["walnut"], 14)
        c.line(box(x - 34, 500, x + 34, 560, 8), 11, COLOURS["brass"], closed=True)
    c.line(path("M340 330 C360 190 600 190 620 330"), 28, COLOURS["walnut"])


def compass(c, colour):
    c.line(oval(500, 190, 48), 20, COLOURS["brass"], closed=True)
    c.solid(box(462, 220, 538, 280, 10), COLOURS["brass"], 14)
    c.solid(oval(500, 560, 306), COLOURS["brass"], 34)
    c.fill(oval(500, 560, 256), COLOURS["chalk"])
    for i in range(24):
        c.line(turn(path(f"M500 318 L500 {352 if i % 6 == 0 else 336}"), i * 15, 500, 560), 10 if i % 6 == 0 else 5, COLOURS["ink"])
    c.fill(turn(path("M500 376 L534 560 L466 560"), 38, 500, 560), COLOURS["rust"])
    c.fill(turn(path("M500 744 L534 560 L466 560"), 38, 500, 560), COLOURS["ink"])
    c.solid(oval(500, 560, 26), COLOURS["brass"], 10)


def cool_box(c, colour):
    c.line(path("M300 400 C300 200 700 200 700 400"), 30, COLOURS["charcoal"])
    c.solid(box(190, 430, 810, 800, 50), colour, 40)
    c.fill(box(190, 600, 810, 660), COLOURS["chalk"])
    c.solid(box(170, 360, 830, 470, 34), COLOURS["chalk"], 30)
    c.solid(box(452, 430, 548, 540, 16), COLOURS["charcoal"], 16)
    for x in (300, 700):
        c.solid(oval(x, 412, 30), COLOURS["charcoal"], 10)


def bell(c, colour):
    c.solid(box(400, 700, 600, 790, 24), COLOURS["charcoal"], 20)
    c.line(box(330, 760, 670, 830, 34), 26, COLOURS["charcoal"], closed=True)
    dome = both("M500 270 C680 270 790 430 790 640 L800 690 L500 700")
    c.solid(dome, colour, 50)
    c.line(path("M330 600 C340 460 390 390 450 350"), 26, light(colour, 0.5))
    c.fill(box(196, 660, 804, 716, 26), dark(colour, 0.18))
    c.solid(oval(500, 270, 38), dark(colour, 0.1), 14)
    c.line(path("M790 690 L880 640"), 24, COLOURS["charcoal"])
    c.solid(oval(884, 636, 34), COLOURS["charcoal"], 12)


def kite(c, colour):
    c.line(path("M500 660 C560 720 420 760 480 820 C520 860 460 890 440 900"), 8, COLOURS["slate"])
    for x, y, a in ((520, 716, 20), (458, 786, -30), (496, 850, 25)):
        c.fill(turn(path(f"M{x - 44} {y - 22} L{x} {y} L{x - 44} {y + 22}"), a, x, y), COLOURS["mustard"])
        c.fill(turn(path(f"M{x + 44} {y - 22} L{x} {y} L{x + 44} {y + 22}"), a, x, y), COLOURS["mustard"])
    c.fill(path("M500 130 L500 360 L270 360"), colour)
    c.fill(path("M500 130 L730 360 L500 360"), light(colour, 0.35))
    c.fill(path("M270 360 L500 360 L500 670"), COLOURS["mustard"])
    c.fill(path("M500 360 L730 360 L500 670"), COLOURS["lagoon"])
    c.line(path("M500 130 L500 670"), 10, COLOURS["oak"])
    c.line(path("M270 360 L730 360"), 10, COLOURS["oak"])


DRAWINGS = {
    "riverbend-bottle": (bottle, "lagoon"),
    "two-moons-tent": (tent, "mustard"),
    "campfire-enamel-mug": (enamel_mug, "ink"),
    "glow-lantern": (lantern, "pine"),
    "idle-hammock": (hammock, "berry"),
    "lakeside-folding-chair": (camp_chair, "sage"),
    "picnic-roll": (blanket, "rust"),
    "true-north-compass": (compass, "brass"),
    "frostline-cool-box": (cool_box, "sky"),
    "ding-bicycle-bell": (bell, "brass"),
    "high-wind-kite": (kite, "rust"),
}
