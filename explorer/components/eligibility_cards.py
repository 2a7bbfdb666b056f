"""Answers about eligibility as HTML: verdict, conditions as a checklist with the deciding one marked, people."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.components import links
from seewhy.explorer.components.blocks import chip, icon, rule_chip, rule_chips, section, sentence
from seewhy.explorer.components.source_rows import row_links
from seewhy.graph.answers.eligibility import ALLOWED, REFUSED, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.eligibility import Condition, EligiblePeople, EligiblePerson, Verdict

_OPEN = 4
"""People of a group that are shown at once."""
_LOOK = {
    ALLOWED: ("yes", "check_circle", "Allowed."),
    WARNING: ("depends", "warning", "Allowed, with a warning."),
    REFUSED: ("blocked", "block", "Refused."),
}


def verdict(answer: Verdict, beside: str = "") -> str:
    """The answer as a sentence, and what is not met; `beside` is HTML behind the sentence."""
    tone, mark, word = _LOOK[answer.verdict]
    unmet = sum(not condition.met for condition in answer.conditions)
    deciding = answer.deciding
    because = sentence(deciding.because) if deciding else "All conditions are met."
    chips = [chip("checklist", f"{len(answer.conditions) - unmet} of {len(answer.conditions)} conditions met")]
    if answer.missing:
        chips.append(chip("key_off", f"missing: {', '.join(answer.missing)}"))
    if answer.work:
        chips.append(chip("task", f"work: {', '.join(answer.work[:6])}{' …' if len(answer.work) > 6 else ''}"))
    return (
        f'<section class="v {tone}" role="status"><div class="big">{icon(mark)}</div>'
        f"<div><h1><b>{word}</b> {escape(_capital(answer.sentence))}{beside}</h1>"
        f'<p class="sub">{escape(because)} {rule_chips(answer.rules)}</p>'
        f'<div class="facts">{"".join(chips)}</div></div></section>'
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def checklist(answer: Verdict, conditions: Sequence[Condition]) -> str:
    """Conditions in their order; the deciding one is marked in words, colour and for screen readers."""
    tone = _LOOK[answer.verdict][0]
    css = "" if tone == "yes" else f" {tone}"
    items = "".join(
        _condition(n, condition, decides=condition is answer.deciding) for n, condition in enumerate(conditions, 1)
    )
    return f'<ol class="lad check{css}">{items}</ol>'


def _condition(number: int, condition: Condition, *, decides: bool) -> str:
    mark, word = (
        ("check", "met") if condition.met else ("warning", "warns") if condition.warns else ("close", "not met")
    )
    if decides:
        word = f"{word}, decides"
    current = ' aria-current="step"' if decides else ""
    meets = (
        f'<span class="f would">Would meet it: {links.marked(condition.would_meet)}</span>'
        if condition.would_meet
        else ""
    )
    rows = row_links(condition.source.split(","))
    return (
        f'<li class="{"dec" if decides else ""}"{current}><span class="st" aria-hidden="true">{number}</span>'
        f'<span class="q">{links.marked(sentence(condition.because))}</span><span class="out">{icon(mark)}{word}</span>'
        f'<span class="f">{rule_chip(condition.rule)} {rows}</span>{meets}</li>'
    )


def people(offered: Sequence[EligiblePerson], *, most: int = links.SHOWN) -> str:
    """People with the reason of each."""
    rows = (
        (links.person(person.person, person.name), escape(person.because), links.rows(person.source))
        for person in offered
    )
    return links.table(("Person", "Because", "Rows"), rows, noun="people", most=most)


def _some(group: Sequence[EligiblePerson]) -> str:
    """The first people; the others are unfolded."""
    if len(group) <= _OPEN + 1:
        return people(group)
    rest = f"<summary>and {len(group) - _OPEN:,} more</summary>{people(group[_OPEN:])}"
    return f"{people(group[:_OPEN])}<details class='who'>{rest}</details>"


def turn_to(answer: Verdict) -> str:
    """Whom the request concerns."""
    groups = (
        ("Who asks", answer.people.ask),
        ("Who agrees", answer.people.agree),
        ("Who authorises", answer.people.authorise),
    )
    cards = "".join(section(title, _some(group), f"{len(group):,}") for title, group in groups if group)
    if answer.verdict != REFUSED or not cards:
        return cards
    # Nobody will be asked for what is refused.
    return f"<details class='rest'><summary>Who would ask, agree and authorise</summary>{cards}</details>"


def notes(lines: Sequence[str], title: str = "The procedure") -> str:
    """What is said beside the conditions."""
    if not lines:
        return ""
    return section(title, f'<ul class="lack">{"".join(f"<li>{escape(sentence(note))}</li>" for note in lines)}</ul>')


def offered(answer: EligiblePeople, beside: str = "") -> str:
    """How many are offered, as a sentence; `beside` is HTML behind it."""
    count = len(answer.people)
    tone, mark = ("yes", "group") if count else ("no", "group_off")
    word = f"{count:,} {'person' if count == 1 else 'people'}." if count else "Nobody."
    return (
        f'<section class="v {tone}" role="status"><div class="big">{icon(mark)}</div>'
        f"<div><h1><b>{word}</b> {escape(_capital(answer.sentence))}{beside}</h1>"
        f'<p class="sub">{rule_chips(answer.rules)}</p></div></section>'
    )
