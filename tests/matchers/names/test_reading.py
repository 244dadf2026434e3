import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchers.names.folding import MAX_NAME_LENGTH, fold
from matchers.names.reading import MAX_TOKENS, Kind, abridged, read_name, readings, tokenize


@pytest.mark.parametrize(
    ("text", "core", "form"),
    [
        ("OOO Zavod Gagarina", ["plant", "gagarina"], "limited"),
        ("LIMITED LIABILITY COMPANY TRANSOIL", ["transoil"], "limited"),
        ("Общество с ограниченной ответственностью «Яковлев»", ["yakovlev"], "limited"),
        ("GMBH AND CO. KG Acme", ["acme"], "limited"),
        ("华为技术有限公司", ["huawei", "technology"], "company"),
        ("S.I.S. d.o.o.", ["sis"], "limited"),
        ("Public Joint Stock Company Rostvertol", ["rostvertol"], "joint stock"),
        ("NII Vektor", ["scientific", "research", "institute", "vektor"], ""),
        ("Brigade 22 IV", ["brigade", "22", "4"], ""),
        ("Hajji Khalil Construction Jr.", ["khalil", "construction"], ""),
        # generic words with a slip; what is short, or a word by itself, stays as it is
        ("LOGISITCS MANAGMENT KRON", ["logistics", "management", "kron"], ""),
        ("Daesong Bank Evolution", ["daesong", "bank", "evolution"], ""),
        # a legal form in one with a word, and with a slip
        ("VeladaLLC", ["velada"], "limited"),
        ("PJSCBeriev Aircraft Company", ["beriev", "aircraft"], "joint stock"),
        ("LIMITED LIABILITY COMPANYSBERBANK CAPITAL", ["sberbank", "capital"], "limited"),
        ("LIA CMOPANY", ["lia"], "company"),
        ("JOINT STOCK COOMPANY RIF", ["rif"], "joint stock"),
        ("OBSHCHESTVOS Ogranichennoi Otvetstvennostyu Kron", ["kron"], "limited"),
        # a short one is a form at the end, and of several the telling one counts
        ("Karmat SAL Off-Shore", ["karmat"], "joint stock"),
        ("Karmat C.A.", ["karmat"], "joint stock"),
        ("Karmat S.A.S.", ["karmat"], "limited"),
        ("SAS Karmat FZCO", ["sas", "karmat"], "free zone"),
        ("Bank of Yemen Y.S.C.", ["bank", "yemen"], "joint stock"),
        ("Karmat y Cia. Ltda.", ["karmat"], "limited"),
        ("Karmat Teknik Ticaret Limited", ["karmat", "technical"], "limited"),
        ("Karmat Teknik Sanayi ve Ticaret Limited Sirketi", ["karmat", "technical"], "limited"),
        ("Karmat Teknik Sanayi ve Dis Tic. A.S.", ["karmat", "technical"], "joint stock"),
        ("San Karmat", ["holy", "karmat"], ""),
    ],
)
def test_a_name_is_read(text, core, form):
    name = read_name(text)
    assert [token.key for token in name.core] == core
    assert name.form == form


@pytest.mark.parametrize("word", ["unlimited", "aircompany", "companions", "otkrytie", "sharia", "society"])
def test_a_word_like_a_legal_form_is_a_word(word):
    name = read_name(f"{word} horizons")
    assert [token.text for token in name.core] == [word, "horizons"]
    assert name.form == ""


def test_a_letter_that_nothing_follows_connects_nothing():
    assert [token.kind for token in read_name("TOTAL Z LLC").core] == [Kind.WORD, Kind.INITIAL]
    assert [token.text for token in read_name("PEREZ Y LOPEZ").core] == ["perez", "lopez"]


def test_a_name_of_nothing_but_a_legal_form_keeps_its_words():
    assert [token.kind for token in read_name("Limited Company").tokens] == [Kind.WORD, Kind.WORD]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "!!!", "«»", "\x00"])
def test_what_holds_no_word_has_no_tokens(text):
    assert read_name(text).tokens == ()


def test_look_alike_letters_and_invisible_ones_change_nothing():
    assert fold("G\u0430zprom") == fold("Gaz\u200bprom") == "gazprom"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u0415\u0422\u0421\u041e INT\u0415RNATIONAL", "etco international"),
        ("I\u043d\u0430 \u041b\u0435\u0441\u044c", fold("\u0406\u043d\u0430 \u041b\u0435\u0441\u044c")),
        ("\u041e\u0421\u0422 Trading", "ost trading"),
    ],
    ids=["a whole word in a text of look-alikes", "a Cyrillic text", "two honest scripts"],
)
def test_look_alike_words_are_of_the_script_of_the_rest(text, folded):
    assert fold(text) == folded


def test_a_digit_among_letters_is_a_letter_misread():
    assert tokenize("TR0BER NORD5TRAND CU8ANA") == ["trober", "nordstrand", "cubana"]
    assert tokenize("MIG29 Plant8 B2B 61398") == ["mig", "29", "plant", "8", "b", "2", "b", "61398"]


def test_lone_letters_are_joined_and_the_possessive_is_dropped():
    assert tokenize("K. B. Tekhnologii's") == ["kb", "tekhnologii"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Butembo Airlines (BAL)", ("Butembo Airlines", "BAL")),
        ("Rosneft", ("Rosneft",)),
        ("(UVZ)", ("(UVZ)",)),
        ("Newtech (GROUP) Co.", ("Newtech (GROUP) Co.", "Newtech Co.")),
        ("Newtech (LLC)", ("Newtech (LLC)", "Newtech")),
        ("Ministry of Interior (Syria)", ("Ministry of Interior (Syria)", "Ministry of Interior")),
    ],
)
def test_a_bracketed_acronym_is_a_reading_of_its_own(text, expected):
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kolokol State Works, Limited (KSW) 711th Institute", "KSW 711th Institute"),
        ("10th Institute of Kolokol Electronic Technology Group Corp (KETC)", "10th Institute of KETC"),
        ("Zavod Iskra Ost (ZIO) and Kolokol Bell Works (KBW)", "ZIO and KBW"),
        (
            "\u0130stanbul \u0130hracat Merkezi (\u0130\u0130M) Vakf\u0131 Kolokol",
            "\u0130\u0130M Vakf\u0131 Kolokol",
        ),
        ("Kolokol Bell Works (KBW) Ltd", None),  # nothing but the acronym is left
        ("Kolokol Bell Works (ABC) Institute", None),  # other words are meant
        ("Kolokol Bell (KB) Institute", None),
        ("Kolokol Bell Works Institute", None),
        ("(KBW) Institute", None),
        ("", None),
    ],
)
def test_an_acronym_in_brackets_stands_for_the_words_before_it(text, expected):
    assert abridged(text) == expected


@given(st.text("aB\u0130\u00df ().", max_size=60))
def test_any_brackets_are_read(text):
    assert abridged(text) != text


@given(st.text(max_size=300))
def test_any_text_is_read_within_bounds(text):
    name = read_name(text)
    assert all(token.text and token.text.isascii() for token in name.tokens)
    assert len(name.tokens) <= 4 * MAX_TOKENS
    assert read_name(text) == name


def test_a_huge_name_is_cut_not_refused():
    assert len(read_name("word " * 1_000_000).tokens) <= 4 * MAX_TOKENS


def test_signs_that_stand_for_many_letters_do_not_make_a_name_longer():
    tokens = read_name("㍿" * MAX_NAME_LENGTH).tokens
    assert 0 < sum(len(token.text) for token in tokens) <= MAX_NAME_LENGTH
