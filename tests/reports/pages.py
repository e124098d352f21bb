"""What tests do with an opened report."""

from typing import Any


def draw_all(page: Any) -> None:
    """Draws every figure, those out of view too."""
    page.evaluate("Promise.all(places.map(drawFigure))")
    assert page.evaluate("places.every((place) => place.dataset.drawn === 'done')")


def apply_filter(page: Any, text: str = "", population: str = "") -> None:
    """Filters, and draws every figure again."""
    page.fill("#filter", text)
    if page.locator("#population").count():
        page.select_option("#population", population)
    draw_all(page)


def traces(page: Any, key: str, part: str = "") -> list[dict[str, Any]]:
    """Gives what a figure shows: x, y, text, name and meta of its traces, or of those of one part."""
    found = page.evaluate(
        "key => document.querySelector(`[data-figure='${key}']`).data.map(({ x, y, text, name, meta }) => "
        "({ x: [...x], y: [...y], text, name, meta }))",
        key,
    )
    return [trace for trace in found if part in ("", trace["meta"]["part"])]


def texts(page: Any, key: str) -> list[str]:
    """Gives the titles and notes of a figure's panels."""
    return page.evaluate(
        "key => document.querySelector(`[data-figure='${key}']`).layout.annotations.map(({ text }) => text)", key
    )
