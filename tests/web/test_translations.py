"""Every text of the interface exists in both languages."""

from __future__ import annotations

import gettext

import pytest

from app.commands.compile_translations import TRANSLATIONS, BrokenTranslationsError, compile_translations, merge
from app.commands.texts_in_use import texts_in_use

GOOD = 'msgid "Inbox"\nmsgstr "收件箱"\n\nmsgid "%(num)d case"\nmsgid_plural "%(num)d cases"\nmsgstr[0] "%(num)d 件"\n'


@pytest.fixture
def area(tmp_path):
    """Writes a catalogue of an area and returns its path."""
    folder = tmp_path / "zh_CN"
    folder.mkdir()

    def write(name, text):
        path = folder / f"{name}.po"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_text_that_the_interface_uses_is_translated():
    catalogue = merge(sorted((TRANSLATIONS / "zh_CN").glob("*.po")))

    missing = [f"{place}: {text}" for text, place in texts_in_use() if catalogue.get(text) is None]

    assert missing == []


def test_compiled_catalogues_speak_chinese_and_english(area, tmp_path):
    area("inbox", GOOD)

    assert compile_translations(tmp_path) == 2

    chinese = gettext.translation("messages", tmp_path, ["zh_CN"])
    english = gettext.translation("messages", tmp_path, ["en"])
    assert chinese.gettext("Inbox") == "收件箱"
    assert [chinese.ngettext("%(num)d case", "%(num)d cases", n) for n in (1, 2)] == ["%(num)d 件"] * 2
    assert english.gettext("Inbox") == "Inbox"
    assert [english.ngettext("%(num)d case", "%(num)d cases", n) for n in (1, 2)] == ["%(num)d case", "%(num)d cases"]


def test_the_same_translation_in_two_areas_is_fine(area):
    assert len(merge([area("inbox", GOOD), area("case", GOOD)])) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('msgid "Outbox"\nmsgstr ""\n', "'Outbox': is not translated"),
        ('#, fuzzy\nmsgid "Inbox"\nmsgstr "收件箱"\n', "'Inbox': is marked fuzzy"),
        ('msgid "Inbox"\nmsgstr "待办"\n', "'Inbox': is translated twice, as '收件箱' and '待办'"),
        ('#, python-format\nmsgid "%(n)s left"\nmsgstr "余 %(m)s"\n', "'%(n)s left': unknown named placeholder 'm'"),
    ],
)
def test_a_broken_translation_stops_the_command(area, text, reason):
    with pytest.raises(BrokenTranslationsError) as broken:
        merge([area("a", GOOD), area("b", text)])

    assert broken.value.problems == [f"b.po: {reason}"]


def test_texts_are_found_in_code_and_in_templates(tmp_path):
    templates = tmp_path / "app" / "web" / "templates"
    templates.mkdir(parents=True)
    (templates / "inbox.html").write_text("<h1>{{ _('Inbox') }}</h1>{% trans %}Late{% endtrans %}", encoding="utf-8")
    code = 'title = lazy_gettext("Case")\nngettext("%(num)d row", "%(num)d rows", 2)\nother("not a text")\n'
    (tmp_path / "app" / "pages.py").write_text(code, encoding="utf-8")

    found = {text for text, _place in texts_in_use(tmp_path)}

    assert found == {"Inbox", "Late", "Case", "%(num)d row"}
