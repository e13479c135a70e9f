"""The demo shop's colours, by the name an option value has in the catalogue (in lower case, dashes for spaces)."""

from draw.canvas import rgb

COLOURS = {
    name: rgb(value)
    for name, value in {
        "chalk": "#f3eee2",
        "oat": "#e0cfb0",
        "sand": "#d6b98c",
        "clay": "#cb7c5e",
        "rust": "#b9552f",
        "berry": "#a63d57",
        "blush": "#ebb3a6",
        "mustard": "#dfa83c",
        "moss": "#74834f",
        "sage": "#a2b597",
        "pine": "#2f5e51",
        "lagoon": "#479a9b",
        "sky": "#8cb7d6",
        "ink": "#2d3d5b",
        "plum": "#6d4768",
        "slate": "#6c7883",
        "charcoal": "#44464d",
        "oak": "#d2a36b",
        "walnut": "#80563a",
        "beech": "#e4c294",
        "black-ash": "#403c3b",
        "cork": "#c99a62",
        "brass": "#cba44f",
        "silver": "#bcc4ca",
        "steel": "#aeb7bf",
        "copper": "#c67b55",
        "white": "#f7f6f2",
    }.items()
}

GROUNDS = [rgb(c) for c in ("#f1e4d3", "#d9e5ec", "#dbe6d6", "#f5dbd3", "#e3dcec", "#f6e8bd")]
