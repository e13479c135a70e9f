"""Clothes, laid flat."""

from draw.canvas import arc, both, box, dark, flip, light, move, oval, path, turn
from draw.palette import COLOURS

SHORT = (
    "M500 292 C548 292 584 268 596 226 L690 256 C744 276 776 332 842 440 L752 500 L704 436 "
    "C698 560 704 690 712 800 C640 814 560 816 500 816"
)
LONG = (
    "M500 282 C548 282 584 258 596 216 L686 244 C744 266 768 318 786 400 L868 742 L778 768 L700 468 "
    "C696 580 702 690 708 806 C640 820 560 822 500 822"
)
CUFF = "M868 742 L778 768 L764 716 L854 688 L868 742"


def _shirt(c, colour, half, neck=226):
    body = both(half)
    c.fill(oval(500, neck + 6, 98, 30), dark(colour, 0.38))
    c.solid(body, colour, 26)
    for side in (0, 1):
        seam = path("M690 256 C676 310 690 380 704 440") if half is SHORT else path("M686 246 C670 320 690 400 700 470")
        c.line(flip(seam) if side else seam, 5, dark(colour, 0.2))
    c.line(arc(500, neck, 97, 66, 2, 178), 17, dark(colour, 0.12))
    return body


def tee(c, colour):
    body = _shirt(c, colour, SHORT)
    c.line(path("M292 786 Q500 806 708 786"), 4, dark(colour, 0.2), within=body)
    c.solid(box(572, 380, 638, 456, 8), light(colour, 0.18), 8)
    c.line(path("M572 396 L638 396"), 4, dark(colour, 0.25))


def long_sleeve(c, colour):
    body = both(LONG)
    _shirt(c, COLOURS["chalk"], LONG, 216)
    for y in range(330, 820, 62):
        c.line(path(f"M100 {y + 14} Q500 {y - 8} 900 {y + 14}"), 22, colour, within=body)
    c.line(arc(500, 216, 97, 66, 2, 178), 17, colour)
    for cuff in (path(CUFF), flip(path(CUFF))):
        c.fill(cuff, colour)


def hoodie(c, colour):
    body = both(LONG)
    hood = both("M500 148 C610 148 640 210 628 290 C600 330 540 344 500 344")
    c.solid(body, colour, 26)
    for cuff in (path(CUFF), flip(path(CUFF))):
        c.fill(cuff, dark(colour, 0.14))
    c.fill(both("M500 766 L708 760 L708 806 C640 820 560 822 500 822"), dark(colour, 0.14))
    c.solid(hood, light(colour, 0.06), 22)
    c.fill(both("M500 190 C566 190 590 232 580 282 C560 316 530 326 500 328"), dark(colour, 0.4))
    pocket = both("M500 588 L590 588 L648 700 L640 752 L500 756")
    c.line(pocket, 6, dark(colour, 0.22), closed=True)
    for x in (462, 538):
        c.line(path(f"M{x} 326 Q{x - 6} 400 {x} 452"), 9, COLOURS["chalk"])
        c.line(path(f"M{x} 452 L{x} 476"), 12, dark(COLOURS["oat"]))


def sweater(c, colour):
    body = _shirt(c, colour, LONG, 216)
    for x in range(320, 700, 60):
        c.line(path(f"M{x} 300 L{x} 756"), 4, dark(colour, 0.12), within=body)
    for row in range(4):
        for column in range(9):
            x, y = 316 + column * 46, 372 + row * 26
            if (row + column) % 2:
                c.line(path(f"M{x - 12} {y - 10} L{x} {y + 6} L{x + 12} {y - 10}"), 8, COLOURS["chalk"], within=body)
    for cuff in (path(CUFF), flip(path(CUFF))):
        c.fill(cuff, dark(colour, 0.16))
    c.fill(both("M500 766 L708 760 L708 806 C640 820 560 822 500 822"), dark(colour, 0.16))
    for x in range(308, 704, 18):
        c.line(path(f"M{x} 774 L{x} 806"), 3, dark(colour, 0.3), within=body)


def overshirt(c, colour):
    body = both(LONG)
    c.fill(oval(500, 222, 98, 30), dark(colour, 0.4))
    c.solid(body, colour, 26)
    for cuff in (path(CUFF), flip(path(CUFF))):
        c.fill(cuff, dark(colour, 0.12))
    c.line(path("M520 290 L520 818"), 4, dark(colour, 0.3))
    c.line(path("M478 290 L478 818"), 4, dark(colour, 0.2))
    collar = path("M500 296 L596 214 L634 250 L570 356")
    for side in (collar, flip(collar)):
        c.solid(side, light(colour, 0.08), 10)
        c.line(side, 4, dark(colour, 0.25), closed=True)
    for pocket in (box(566, 420, 664, 528, 10), flip(box(566, 420, 664, 528, 10))):
        c.fill(pocket, light(colour, 0.07))
        c.line(pocket, 4, dark(colour, 0.26), closed=True)
    for x in (615, 385):
        c.line(path(f"M{x - 48} 448 L{x} 466 L{x + 48} 448"), 4, dark(colour, 0.26))
    for y in range(390, 800, 92):
        c.solid(oval(499, y, 11), COLOURS["walnut"], 5)


def trousers(c, colour):
    leg = path("M500 190 L668 190 L690 330 L706 850 L566 850 L508 400 L500 398")
    c.solid(leg, colour, 24)
    c.solid(flip(leg), colour, 24)
    c.fill(box(332, 170, 668, 222, 8), dark(colour, 0.12))
    for x in (372, 440, 548, 616):
        c.fill(box(x, 162, x + 14, 230, 4), dark(colour, 0.26))
    c.line(path("M500 222 L500 392"), 5, dark(colour, 0.3))
    for side in (path("M604 224 Q616 300 680 316"), flip(path("M604 224 Q616 300 680 316"))):
        c.line(side, 5, dark(colour, 0.3))
    for crease in (path("M628 340 L640 820"), flip(path("M628 340 L640 820"))):
        c.line(crease, 3, light(colour, 0.2))
    for hem in (box(566, 816, 705, 850), flip(box(566, 816, 705, 850))):
        c.fill(hem, dark(colour, 0.08))
    c.solid(oval(500, 196, 12), COLOURS["walnut"], 5)


def shorts(c, colour):
    leg = path("M500 250 L690 250 L716 420 L760 740 L530 760 L508 500 L500 498")
    c.solid(leg, colour, 26)
    c.solid(flip(leg), colour, 26)
    c.fill(box(310, 232, 690, 292, 10), dark(colour, 0.1))
    for x in range(322, 690, 20):
        c.line(path(f"M{x} 244 L{x} 282"), 4, dark(colour, 0.26))
    for side in (path("M640 300 Q650 400 716 420"), flip(path("M640 300 Q650 400 716 420"))):
        c.line(side, 5, dark(colour, 0.3))
    for hem in (path("M536 728 L752 708"), flip(path("M536 728 L752 708"))):
        c.line(hem, 4, dark(colour, 0.26))
    for x, tip in ((488, 470), (512, 536)):
        c.line(path(f"M{x} 286 Q{x} 340 {tip} 392"), 9, COLOURS["chalk"])


def dress(c, colour):
    body = both(
        "M500 262 C540 256 566 220 572 160 L610 160 C612 230 640 280 656 300 C640 370 622 400 616 444 "
        "C650 580 716 720 738 838 C660 866 580 872 500 872"
    )
    c.solid(body, colour, 26)
    c.fill(box(384, 424, 616, 462, 6), dark(colour, 0.16))
    for x, foot in ((430, 372), (470, 450), (530, 550), (570, 628)):
        c.line(path(f"M{x} 470 Q{x} 600 {foot} 850"), 4, dark(colour, 0.16), within=body)
    flower = light(colour, 0.62)
    for row, y in enumerate(range(330, 850, 70)):
        for x in range(250 + (row % 2) * 45, 780, 90):
            for petal in range(5):
                c.fill(turn(oval(x, y - 9, 6, 8), petal * 72, x, y), flower, within=body)
            c.fill(oval(x, y, 5), COLOURS["mustard"], within=body)


def skirt(c, colour):
    body = both("M500 260 L640 260 C690 430 740 620 780 780 C690 812 590 820 500 820")
    c.solid(body, colour, 26)
    for i, x in enumerate(range(380, 640, 40)):
        foot = 500 + (x - 500) * 2.1
        c.line(path(f"M{x} 300 L{foot} 816"), 5, dark(colour, 0.2), within=body)
        c.fill(path(f"M{x} 300 L{foot} 816 L{foot + 44} 816"), dark(colour, 0.08), within=body)
    c.fill(box(358, 236, 642, 300, 10), dark(colour, 0.16))
    c.solid(oval(604, 268, 13), COLOURS["brass"], 6)


def rain_jacket(c, colour):
    body = both(LONG)
    c.solid(body, colour, 26)
    c.fill(both("M500 280 L596 216 L686 244 C730 260 752 296 768 340 L690 420 L500 440"), light(colour, 0.14))
    hood = both("M500 140 C620 140 652 206 632 300 C600 340 540 350 500 352")
    c.solid(hood, colour, 24)
    c.fill(both("M500 184 C572 184 596 230 582 290 C556 322 530 334 500 336"), dark(colour, 0.42))
    c.line(path("M500 340 L500 820"), 14, dark(colour, 0.3))
    c.line(path("M500 352 L500 392"), 12, COLOURS["brass"])
    for flap in (path("M562 600 L668 580 L676 636 L570 656"), flip(path("M562 600 L668 580 L676 636 L570 656"))):
        c.solid(flap, light(colour, 0.1), 10)
        c.line(flap, 4, dark(colour, 0.25), closed=True)
    for cuff in (path(CUFF), flip(path(CUFF))):
        c.fill(cuff, dark(colour, 0.14))


def beanie(c, colour):
    dome = both("M500 250 C690 250 762 420 762 640 L500 660")
    c.solid(dome, colour, 34)
    for x in (-200, -130, -62, 0, 62, 130, 200):
        c.line(path(f"M{500 + x * 0.25} 262 Q{500 + x} 380 {500 + x * 1.12} 640"), 6, dark(colour, 0.16), within=dome)
    brim = box(222, 600, 778, 760, 44)
    c.solid(brim, dark(colour, 0.06), 30)
    for x in range(248, 770, 26):
        c.line(path(f"M{x} 616 L{x} 744"), 5, dark(colour, 0.2))
    for i in range(18):
        c.line(turn(path("M500 220 L500 156"), i * 20, 500, 232), 20, light(colour, 0.5 if i % 2 else 0.36))
    c.fill(oval(500, 232, 56), light(colour, 0.44))
    c.fill(box(600, 652, 690, 708, 6), COLOURS["oat"])


def socks(c, colour):
    for dx, dy, back in ((-90, -40, True), (70, 20, False)):
        sock = move(path("M380 190 L560 190 L560 560 C640 600 716 640 736 690 C750 760 690 800 620 792 C520 784 400 740 386 640 Q384 560 380 190"), dx - 60, dy)
        tone = dark(colour, 0.12) if back else colour
        c.solid(sock, tone, 24)
        for y in (290, 350, 410):
            c.line(move(path(f"M360 {y} L580 {y}"), dx - 60, dy), 22, COLOURS["chalk"], within=sock)
        c.fill(move(oval(424, 668, 78), dx - 60, dy), COLOURS["mustard"], within=sock)
        c.fill(move(oval(724, 730, 74), dx - 60, dy), COLOURS["mustard"], within=sock)
        c.fill(move(box(372, 182, 568, 246, 14), dx - 60, dy), dark(tone, 0.14))
        for x in range(386, 566, 20):
            c.line(move(path(f"M{x} 196 L{x} 234"), dx - 60, dy), 4, dark(tone, 0.3))


def scarf(c, colour):
    tail = path("M420 380 L590 380 L640 800 L450 820")
    left = path("M400 400 L540 380 L470 770 L300 740")
    for strip, tone in ((left, dark(colour, 0.1)), (tail, colour)):
        c.solid(strip, tone, 20)
        for y in (560, 610, 690):
            c.line(path(f"M250 {y} L700 {y + 10}"), 20, light(tone, 0.5), within=strip)
    for x in range(456, 642, 20):
        c.line(path(f"M{x} 806 L{x + 4} 866"), 7, colour)
    for x in range(306, 470, 20):
        c.line(path(f"M{x} {742 + (x - 306) * 0.18} L{x - 12} {800 + (x - 306) * 0.18}"), 7, dark(colour, 0.1))
    c.solid(oval(500, 330, 236, 160), colour, 34)
    c.fill(oval(500, 290, 138, 76), dark(colour, 0.42))
    c.line(arc(500, 320, 200, 120, 20, 150), 6, dark(colour, 0.2))
    c.line(arc(500, 338, 222, 136, 30, 130), 6, dark(colour, 0.2))


def cap(c, colour):
    crown = path("M250 600 C240 360 380 250 520 250 C680 250 770 380 766 600")
    brim = path("M240 596 C220 560 420 540 560 560 C700 576 830 620 866 690 C820 716 720 690 600 670 C470 650 300 650 240 596")
    c.solid(crown, colour, 34)
    c.line(path("M520 252 C470 340 450 470 452 580"), 5, dark(colour, 0.24))
    c.line(path("M520 252 C610 330 650 460 654 590"), 5, dark(colour, 0.24))
    c.solid(brim, dark(colour, 0.14), 20)
    c.solid(oval(520, 250, 24, 16), dark(colour, 0.2), 6)
    badge = oval(556, 440, 62)
    c.fill(badge, COLOURS["chalk"])
    c.fill(path("M506 452 L540 400 L562 436 L578 416 L608 460"), COLOURS["pine"], within=badge)
    c.line(badge, 5, COLOURS["mustard"], closed=True)


def sneakers(c, colour):
    for dy, dx, tone in ((-130, 50, dark(colour, 0.1)), (70, -30, colour)):
        upper = move(path("M210 520 C230 440 300 420 350 430 C400 470 450 470 480 420 C520 440 570 500 640 530 C730 560 800 580 806 660 L214 660"), dx, dy)
        c.solid(upper, tone, 24)
        c.fill(move(path("M690 552 C770 566 806 600 806 660 L660 660 Q650 600 690 552"), dx, dy), light(tone, 0.3))
        c.fill(move(path("M210 520 C230 460 262 440 290 434 L316 660 L214 660"), dx, dy), dark(tone, 0.2))
        for x, y in ((488, 452), (532, 488), (578, 516), (624, 538)):
            c.line(move(path(f"M{x} {y} L{x - 46} {y + 46}"), dx, dy), 13, COLOURS["chalk"])
        c.line(move(path("M340 640 C380 560 440 560 520 650"), dx, dy), 12, COLOURS["chalk"])
        c.solid(move(box(196, 650, 822, 716, 32), dx, dy), COLOURS["chalk"], 18)
        c.line(move(path("M212 690 L806 690"), dx, dy), 7, COLOURS["clay"])


def mittens(c, colour):
    hand = path("M520 760 L520 420 C520 300 570 240 640 240 C720 240 760 310 760 420 L760 500 C790 470 850 460 866 510 C876 560 800 640 760 680 L760 760")
    for side, tone in ((turn(flip(hand), -6), dark(colour, 0.06)), (turn(hand, 6), colour)):
        c.solid(side, tone, 24)
    for angle, mirror in ((6, False), (-6, True)):
        place = lambda points: turn(flip(points) if mirror else points, angle)
        c.solid(place(box(504, 690, 776, 806, 26)), COLOURS["chalk"], 16)
        for x in range(524, 770, 24):
            c.line(place(path(f"M{x} 704 L{x} 792")), 5, dark(COLOURS["chalk"], 0.14))
        for y in (420, 500, 580):
            for i in range(4):
                x = 556 + i * 56
                c.fill(place(path(f"M{x} {y - 24} L{x + 20} {y} L{x} {y + 24} L{x - 20} {y}")), light(colour, 0.6))


DRAWINGS = {
    "harbor-pocket-tee": (tee, "ink"),
    "ferry-striped-top": (long_sleeve, "ink"),
    "lantern-hoodie": (hoodie, "moss"),
    "fair-weather-sweater": (sweater, "berry"),
    "orchard-overshirt": (overshirt, "rust"),
    "quayside-trousers": (trousers, "sand"),
    "sandbar-shorts": (shorts, "sky"),
    "meadow-dress": (dress, "pine"),
    "pleat-skirt": (skirt, "plum"),
    "drizzle-rain-jacket": (rain_jacket, "mustard"),
    "bobble-beanie": (beanie, "rust"),
    "patchwork-socks": (socks, "lagoon"),
    "long-walk-scarf": (scarf, "berry"),
    "trailhead-cap": (cap, "pine"),
    "pavement-sneakers": (sneakers, "sky"),
    "snowfield-mittens": (mittens, "berry"),
}
