"""The few pages that a browser is shown: plain words, one heading, readable by everybody, and nothing is fetched from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.chat.language import SOURCE_LANGUAGE, Phrase
from bot.chat.reading import say_label
from bot.lean import dataclass

Said = Phrase | str
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
STYLE = """
:root { color-scheme: light dark; --ink: #1c2b2d; --paper: #fbfaf7; --deep: #1d5c63; --on-deep: #ffffff; --line: #c9d3d2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8efee; --paper: #15201f; --deep: #8fd3d1; --on-deep: #10201f; --line: #3a4a4a; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.125rem; margin: 2.5rem 0 0.5rem; }
li { margin: 0.5rem 0; }
a { color: var(--deep); }
a.act { display: inline-block; margin: 1rem 0; padding: 0.75rem 1.25rem; border-radius: 0.5rem; background: var(--deep);
  color: var(--on-deep); font-weight: 600; text-decoration: none; }
a:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
dl { border-top: 1px solid var(--line); }
dt { font-family: ui-monospace, monospace; margin-top: 0.75rem; overflow-wrap: anywhere; }
dd { margin: 0 0 0.75rem; border-bottom: 1px solid var(--line); padding-bottom: 0.75rem; }
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading of its own: paragraphs, points (one sentence or two that belong together), and links."""

    heading: Said
    paragraphs: Sequence[Said] = ()
    points: Sequence[Said | tuple[Said, ...]] = ()
    links: Sequence[tuple[Said, str]] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: a heading, paragraphs, steps in order, one thing to do, terms with what they mean, and sections below."""

    title: Said
    paragraphs: Sequence[Said] = ()
    steps: Sequence[Said] = ()
    action: tuple[Said, str] | None = None
    below: Said = ""
    terms: Sequence[tuple[str, Said]] = ()
    sections: Sequence[Section] = ()


def html_of(page: Page) -> str:
    """A page as a document; everything in it is words, whatever it holds."""
    title = _words(page.title)
    parts = [f"<h1>{title}</h1>", *(f"<p>{_words(each)}</p>" for each in page.paragraphs)]
    if page.steps:
        parts.append("<ol>" + "".join(f"<li>{_words(each)}</li>" for each in page.steps) + "</ol>")
    if page.action is not None:
        label, address = page.action
        parts.append(f'<p><a class="act" href="{escape(address)}">{_words(label)}</a></p>')
    if page.terms:
        terms = "".join(f"<dt>{escape(name)}</dt><dd>{_words(meaning)}</dd>" for name, meaning in page.terms)
        parts.append(f"<h2>{_words(page.below)}</h2><dl>{terms}</dl>")
    parts += [_section(section) for section in page.sections]
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style>"
    )
    return f'<!doctype html>\n<html lang="{SOURCE_LANGUAGE}"><head>{head}</head><body><main>{"".join(parts)}</main></body></html>\n'


def _section(section: Section) -> str:
    parts = [f"<h2>{_words(section.heading)}</h2>", *(f"<p>{_words(each)}</p>" for each in section.paragraphs)]
    points = ["<br>".join(map(_words, each)) if isinstance(each, tuple) else _words(each) for each in section.points]
    points += [f'<a href="{escape(address)}">{_words(label)}</a>' for label, address in section.links]
    if points:
        parts.append("<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>")
    return "".join(parts)


def _words(said: Said) -> str:
    return escape(say_label(said, SOURCE_LANGUAGE))
