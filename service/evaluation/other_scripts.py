"""Names in other scripts than Latin: aliases as the lists have them, and strangers written in Cyrillic letters.

No stranger of the benchmark is written in another script, so that of such names every one would be listed. Texts in
Russian write foreign names by sound; a rule does it here, letter by letter, and Cyrillic letters stand for all scripts.
"""

from __future__ import annotations

import re
from dataclasses import replace

from service.evaluation.trials import Trial
from service.evaluation.wording import script

_LATIN = "shch sch sh ch zh kh ph th ck qu ee oo ts yu ya a b c d e f g h i j k l m n o p q r s t u v w x y z"
_CYRILLIC = "щ ш ш ч ж х ф т к кв и у ц ю я а б к д е ф г х и дж к л м н о п к р с т у в в кс й з"
_SOUNDS = dict(zip(_LATIN.split(), _CYRILLIC.split(), strict=True))
_SOUND = re.compile("|".join(_SOUNDS))


def in_cyrillic(name: str) -> str:
    """Return a name in Cyrillic letters.

    >>> in_cyrillic("Brentview Fund")
    'Брентвиев Фунд'
    """
    return _SOUND.sub(lambda found: _SOUNDS[found.group()], name.lower()).title()


def in_other_scripts(trial: Trial) -> Trial:
    """Return a trial with its names in other scripts, and all strangers in Cyrillic."""
    asked = tuple(question for question in trial.positives if script(question.text) == "other")
    strangers = tuple(replace(one, text=in_cyrillic(one.text)) for one in trial.negatives)
    return replace(trial, positives=asked, negatives=strangers)
