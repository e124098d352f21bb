"""Populations are told apart, quantities have names, and texts are shown as they are."""

from netspace.figures.theme import DASHES, MARKERS, PALETTE, color, dash, label, lines, marker, plain, template


def test_thirty_six_populations_are_told_apart() -> None:
    assert (len(set(PALETTE)), len(set(MARKERS)), len(set(DASHES))) == (10, 6, 6)
    assert len({(color(i), marker(i)) for i in range(36)}) == 36
    assert len({(color(i), dash(i)) for i in range(36)}) == 36


def test_colors_stand_out_from_light_and_dark_pages() -> None:
    for each in PALETTE:
        light = luminance(each)
        assert min(1.05 / (light + 0.05), (light + 0.05) / (luminance("#14171b") + 0.05)) > 2


def luminance(color: str) -> float:
    """Relative luminance, as the WCAG define it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_labels_name_symbols_and_stages() -> None:
    assert label("slope") == "slope wₐ"
    assert label("group_width_4") == "group width g, stage 4"
    assert label("own_2") == "own 2"


def test_lines_are_wrapped_and_escaped() -> None:
    assert lines("a < b " * 3 + "\n5 %", 8) == "a &lt; b a<br>&lt; b a &lt;<br>b<br>5\u00a0%"


def test_names_are_neither_markup_nor_formulas_nor_templates() -> None:
    assert plain("<b>$x$ & y") == "&lt;b&gt;&#36;x&#36; &amp; y"
    assert "%{" not in template("100%{x}")
