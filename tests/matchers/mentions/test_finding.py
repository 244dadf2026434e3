"""What is found in sentences, and that offsets always slice back to the mention."""

# ruff: noqa: E501 - a case is a line, however long

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lists.models import Designation, EntitySchema, ListedName, ListEntry, NameKind
from matchers.mentions import AliasSpotter, RecognizedSpan, build_spotter, find_mentions, read_words, resolve
from matchers.models import Mention


def entry(number: int, *names: str, schema: str = "Organization") -> ListEntry:
    listed = tuple(
        ListedName(text=name, kind=NameKind.ALIAS if position else NameKind.NAME)
        for position, name in enumerate(names)
    )
    return ListEntry(
        list_id="test_list",
        entry_id=str(number),
        schema=EntitySchema(schema),
        names=listed,
        designations=(Designation(authority="Test"),),
    )


ENTRIES = (
    entry(0, "PUBLIC JOINT STOCK COMPANY UNITED AIRCRAFT CORPORATION", "United Aircraft Corporation", "UAC"),
    entry(1, "KOREA MINING DEVELOPMENT TRADING CORPORATION", "KOMID", "조선광업개발무역회사"),
    entry(2, "Gazprombank", "Газпромбанк"),
    entry(3, "National Bank"),
    entry(4, "World"),
    entry(5, "Vladimir Example", schema="Person"),
    entry(6, "深圳市恩贝尔科技有限公司"),
    entry(7, "شركة النفط الوطنية"),
    entry(8, "Новый институт теплотехники"),
)
SPOTTER = AliasSpotter(build_spotter(ENTRIES))


def spans(mentions: tuple[Mention, ...]) -> set[tuple[int, int]]:
    return {(found.start, found.end) for found in mentions} | {
        reading for found in mentions for reading in found.alternatives
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They visited the Gagarin plant on Friday.", "Gagarin plant"),
        ("They visited the Gagarin plant on Friday.", "Gagarin"),
        ("Iran's Ministry of Defense and Armed Forces Logistics said so.", "Ministry of Defense and Armed Forces Logistics"),
        ("a unit of Iran Aviation Industries Organization (IAIO), it said", "IAIO"),
        ("Officials at Jiangxi Xintuo Enterprise Co. Ltd. said no.", "Jiangxi Xintuo Enterprise Co. Ltd."),
        ("His Moscow-based Sky Blue Bird Aviation flies.", "Sky Blue Bird Aviation"),
        ("the Prigozhin-owned outfit", "Prigozhin"),
        ("Meanwhile Gazprom and Rosneft cut output.", "Rosneft"),
        ("President of Rosneft spoke.", "Rosneft"),
        ("Под санкции попал «Росатом».", "Росатом"),
        ("АО «Таганрогский завод «Прибой» работает.", "Таганрогский завод «Прибой"),
        ("ФГУП «Ростовский научно-исследовательский институт радиосвязи» закрыт.", "Ростовский научно-исследовательский институт радиосвязи"),
        ("Завод «Антонов» належить державі.", "Антонов"),
        ("The paper “Novaya Gazeta” wrote.", "Novaya Gazeta"),
        ("KREMLIN HAILS UNITED AIRCRAFT CORPORATION DEAL IN ASIA", "UNITED AIRCRAFT CORPORATION"),
        ("Kirschner completed the purchase of Minnesota Mining and\nManufacturing in the spring of that year.", "Minnesota Mining and\nManufacturing"),
        ("Глава Объединённой авиастроительной корпорации уехал.", "Объединённой авиастроительной корпорации"),
        ("Харківський бронетанковий завод працює.", "Харківський бронетанковий завод"),
        ("Winninc Electronic Co Ltd (維科電子) declined.", "維科電子"),
        ("Workers of Aircraft Repair Plant No. 150 went home.", "Aircraft Repair Plant No. 150"),
        ("He runs Aircraft Repair Plant No. 150.", "Aircraft Repair Plant"),
        ("He led Unit No. 68240 of the FSB.", "Unit No. 68240"),
        ("Авиаремонтный завод № 150 закрыт.", "Авиаремонтный завод № 150"),
        ("На 150-й авиаремонтный завод приехали.", "150-й авиаремонтный завод"),
        ("The 65th brigade moved.", "65th brigade"),
        ("The 223rd Flight Unit flew. In the 19th century the 223rd flew on.", "223rd Flight Unit"),
        ("Тактическое ракетное вооружение не ответило.", "Тактическое ракетное вооружение"),
        ("Банк «Россия» работает.", "Банк «Россия»"),
        ("The 139th was formed at Camp Howe.", "139th"),
    ],
)  # fmt: skip
def test_a_name_is_found_with_its_exact_span(text: str, name: str) -> None:
    start = text.index(name)
    assert (start, start + len(name)) in spans(find_mentions(text, SPOTTER))


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("조선광업개발무역회사 대표가 말했다", "조선광업개발무역회사", 1),
        ("미국은 조선광업개발무역회사를 제재했다.", "조선광업개발무역회사", 1),
        ("位于深圳的深圳市恩贝尔科技有限公司被列入名单。", "深圳市恩贝尔科技有限公司", 6),
        ("قالت شركة النفط الوطنية إنها", "شركة النفط الوطنية", 7),
        ("Банк Газпромбанк заявил", "Газпромбанк", 2),
        ("Там Новый институт теплотехники закрыт.", "Новый институт теплотехники", 8),
        ("said Gazprombank.", "Gazprombank", 2),
        ("in the KOMID office", "KOMID", 1),
        ("by the United Aircraft Corporation plc today", "United Aircraft Corporation", 0),
    ],
)
def test_listed_names_are_spotted_in_every_script(text: str, name: str, number: int) -> None:
    start = text.index(name)
    found = [mention for mention in find_mentions(text, SPOTTER) if number in mention.listed]
    assert any(mention.start <= start and start + len(name) <= mention.end for mention in found), found


def test_a_number_stands_alone_for_the_longer_name_that_it_opened() -> None:
    text = "The 223rd Flight Unit flew. In the 19th century, No. 1 of the 25th, the 223rd knew nothing."
    alone = [mention.text for mention in find_mentions(text) if "short form" in mention.found_by]
    assert alone == ["223rd"]


def test_listed_names_of_many_texts_are_looked_up_as_those_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["said Gazprombank.", "", "in the KOMID office", "said KOMID and Gazprombank", "KOMID"]
    read = list(map(read_words, texts))
    alone = [SPOTTER.spot(words) for words in read]
    assert [len(spans) for spans in alone] == [1, 0, 1, 2, 1]
    assert SPOTTER.spot_all(read) == alone
    monkeypatch.setattr("matchers.mentions.spotter._TOGETHER", 4)
    assert SPOTTER.spot_all(read) == alone


def test_everyday_words_are_not_spotted() -> None:
    found = find_mentions("the World and the world, a national bank, and Mr. Vladimir Example", SPOTTER)
    assert not [mention for mention in found if mention.listed]


def test_generic_names_are_spotted_with_their_ambiguity() -> None:
    found = [mention for mention in find_mentions("at the National Bank", SPOTTER) if mention.listed]
    assert [mention.text for mention in found] == ["National Bank"]
    assert found[0].ambiguity >= 0.5


def test_a_recognizers_spans_are_joined_with_the_same_span() -> None:
    class Labels:
        name = "labels"

        def recognize(self, texts: Sequence[str]) -> list[list[RecognizedSpan]]:
            return [[RecognizedSpan(0, 7, "ORG"), RecognizedSpan(3, len(text) + 1, "GPE")] for text in texts]

    (mention,) = find_mentions("Rosneft", None, (Labels(),))
    assert mention.found_by == ("capitals", "ner:ORG")


def test_spotter_arrays_do_not_depend_on_the_process() -> None:
    assert build_spotter(ENTRIES)["keys"][:3].tolist() == sorted(SPOTTER._keys.tolist())[:3]


def test_no_listed_names_spot_nothing() -> None:
    assert find_mentions("Rosneft", AliasSpotter(build_spotter(())))[0].listed == ()


TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ABCdef .,'’-()«»\"\n\u0301\u200d\u200fאבג\u064bسпГ公司한국😀👩\u200d🚀&/"),
    ),
    max_size=200,
)
WORDS = st.lists(
    st.sampled_from(
        ["Gagarin", "plant", "of", "the", "The", "and", "KOMID", "Iran's", "«Прибой»", "(IAIO)", "U.S.", "Co.", "Ltd", ",", "公司", "e\u0301cole", "\n", "שלום", "-", "'s", "Газпромбанк", "👩\u200d🚀"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXT, WORDS))
def test_offsets_slice_back_to_the_mention(text: str) -> None:
    mentions = find_mentions(text, SPOTTER)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert all(0 <= start < end <= len(text) for start, end in mention.alternatives)
        assert mention.sentence is not None
        assert mention.sentence[0] <= mention.start < mention.end <= mention.sentence[1]
    for group in resolve(text, mentions):
        assert group.variants
        assert all(mention.text == text[mention.start : mention.end] for mention in group.mentions)
