from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from chat import lexicon
from chat.models import SensitiveWord
from chat.services import words
from core.errors import NotAllowed
from core.models import AuditRow, User
from core.refusals import WORDS
from core.tests.staff import fields, queries_for, refused

DESK = "/admin/chat/sensitiveword/"
TABLE, LINES = "0", "1"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def a_second_passes(monkeypatch):
    """`a_second_passes()`, as far as the list of this process is concerned."""
    return lambda: monkeypatch.setattr(lexicon, "monotonic", lambda: lexicon.lexicon._asked + lexicon.CHECK_EVERY)


def bring(desk: Client, content: str | bytes, format: str = LINES, **facts: str):
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile("list.txt", data)
    sent = {"resource": "0", "format": format, "import_file": file, "category": "other", "level": "mask", **facts}
    return desk.post(f"{DESK}import/", sent)


def errors(answer) -> list[str]:
    result = answer.context["result"]
    of_rows = [f"{line}: {error.error}" for line, found in result.row_errors() for error in found]
    return [str(message) for message in answer.context["messages"]] + of_rows


def texts() -> list[str]:
    return list(SensitiveWord.objects.order_by("id").values_list("text", flat=True))


def test_a_new_word_is_in_force_without_a_restart(desk, staff, a_second_passes):
    assert words.screen("", "Ｂ.ａ.ｄ").level == ""
    desk.post(f"{DESK}add/", {"text": "bad", "category": "abuse", "level": "block", "active": "on", "note": ""})
    a_second_passes()
    assert words.screen("", "Ｂ.ａ.ｄ").level == "block"
    word = SensitiveWord.objects.get()
    assert (word.normalised, word.created_by) == ("bad", staff)


def test_the_list_is_asked_for_once_a_second_at_most(staff, django_assert_num_queries):
    words.add(actor=staff, text="bad")
    words.matcher("", fresh=True)
    with django_assert_num_queries(0):
        words.screen("", "hello")


def test_a_list_that_did_not_change_is_not_read_again(staff, a_second_passes, django_assert_num_queries):
    before = words.matcher("", fresh=True)
    a_second_passes()
    with django_assert_num_queries(1):
        assert words.matcher("") is before


def test_without_a_database_the_list_that_one_has_stays_in_force(staff, a_second_passes, monkeypatch):
    words.add(actor=staff, text="bad", level="block")
    words.matcher("", fresh=True)
    a_second_passes()
    monkeypatch.setattr(lexicon.WordList, "objects", Mock(values_list=Mock(side_effect=OperationalError)))
    assert words.screen("", "bad").level == "block"


def test_without_any_list_nothing_is_let_through(monkeypatch):
    monkeypatch.setattr(lexicon.WordList, "objects", Mock(values_list=Mock(side_effect=OperationalError)))
    with pytest.raises(OperationalError):
        lexicon.Lexicon().matcher("")


def test_words_of_the_house_hold_in_every_realm_and_those_of_a_realm_only_there(staff):
    words.add(actor=staff, text="everywhere")
    words.add(actor=staff, realm="app", text="here")
    for realm, found in (("app", ["everywhere", "here"]), ("", ["everywhere"]), ("other", ["everywhere"])):
        verdict = words.matcher(realm, fresh=True).check("everywhere here")
        assert [word.text for word in verdict.words] == found


def test_a_word_that_is_switched_off_in_the_list_is_let_through(desk, staff):
    word = words.add(actor=staff, text="bad")
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": word.pk, "_save": "Save"}
    assert desk.post(DESK, sent).status_code == 302
    word.refresh_from_db()
    assert not word.active
    assert words.matcher("", fresh=True).check("bad").level == ""


def test_a_changed_word_is_in_force_and_keeps_who_wrote_it(desk, staff, host):
    User.objects.filter(pk=host.pk).update(is_staff=True)
    host.refresh_from_db()
    word = words.add(actor=host, text="bad")
    page = f"{DESK}{word.pk}/change/"
    desk.post(page, fields(desk.get(page), text="worse", level="hold"))
    assert words.matcher("", fresh=True).check("bad, worse").level == "hold"
    word.refresh_from_db()
    assert word.created_by == host


def test_it_takes_a_word_off_the_list_and_keeps_the_reason(desk, staff):
    word = words.add(actor=staff, text="bad")
    desk.post(f"{DESK}{word.pk}/remove/", {"reason": "harmless"})
    assert texts() == []
    assert words.matcher("", fresh=True).check("bad").level == ""
    assert (row := AuditRow.objects.get()).verb == "remove"
    assert row.reason == "harmless"


@pytest.mark.parametrize("text", ["Bad", "ＢＡＤ", "b-a-d", "*bad*"])
def test_one_word_is_not_entered_twice_in_two_spellings(desk, staff, text):
    words.add(actor=staff, text="bad")
    answer = desk.post(f"{DESK}add/", {"text": text, "category": "other", "level": "mask"})
    assert refused(answer) == [WORDS["word_twice"] % {"text": "bad"}]
    assert texts() == ["bad"]


def test_a_word_needs_letters(desk):
    answer = desk.post(f"{DESK}add/", {"text": "***", "category": "other", "level": "mask"})
    assert refused(answer) == [WORDS["word_without_letters"]]


def test_only_staff_write_words(viewer):
    with pytest.raises(NotAllowed):
        words.add(actor=viewer, text="bad")
    with pytest.raises(NotAllowed):
        words.bring(actor=viewer, rows=[(1, {"text": "bad"})])


@pytest.mark.parametrize("page", ["", "add/", "import/", "export/", "test/", "process_import/"])
def test_only_staff_with_the_right_to_it_open_the_desk(client, viewer, host, page):
    client.force_login(viewer)
    assert client.get(DESK + page).url.startswith("/admin/login/")
    User.objects.filter(pk=host.pk).update(is_staff=True)
    client.force_login(host)
    assert client.get(DESK + page).status_code in (403, 404)


def test_it_brings_in_a_plain_list(desk, staff):
    assert bring(desk, "\ufeffbad\r\n\r\n敏感词\n", category="politics", level="block").url == DESK
    assert texts() == ["bad", "敏感词"]
    assert set(SensitiveWord.objects.values_list("category", "level", "created_by")) == {
        ("politics", "block", staff.pk)
    }
    assert (row := AuditRow.objects.get()).verb == "import"
    assert row.asked == {"words": 2}
    assert words.matcher("", fresh=True).check("敏 感 詞").level == "block"


def test_it_brings_in_a_table(desk):
    bring(desk, "text,level,category,active\nbad,hold,Abuse,\nworse,,,no\n", TABLE)
    found = SensitiveWord.objects.order_by("id").values_list("text", "level", "category", "active")
    assert list(found) == [("bad", "hold", "abuse", True), ("worse", "mask", "other", False)]


def test_of_a_list_with_mistakes_nothing_is_kept_and_each_mistake_has_its_line(desk, staff):
    words.add(actor=staff, text="bad")
    table = "text,level,category,note\ngood,,,\n\nBAD,,,\nx,loud,,\ny,,gossip,\n!!!,,,\nｇood,,,\n" + "z" * 81
    told = errors(bring(desk, table, TABLE))
    assert told == [
        "Nothing was added: 6 lines are wrong.",
        "4: “bad” is in the list already.",
        "5: There is no such level. There are: block, hold, mask.",
        "6: There is no such category. There are: pornography, politics, abuse, advertising, other.",
        "7: A word needs a letter or a digit.",
        "8: “good” is in the list already.",
        "9: A word has at most 80 characters.",
    ]
    assert texts() == ["bad"]


@pytest.mark.parametrize(
    ("content", "format"), [("bad\nworse", TABLE), ("bad".encode("utf-16"), LINES), (b"\xff\xfe", TABLE), ("", TABLE)]
)
def test_what_is_no_list_is_refused_at_the_file(desk, content, format):
    answer = bring(desk, content, format)
    assert answer.context["form"].errors["import_file"]
    assert texts() == []


def test_a_nul_is_refused_with_its_line(desk):
    assert errors(bring(desk, "go\0od"))[1].startswith("1: ")


def test_an_export_holds_no_formulas_and_comes_back_as_it_was(desk, staff):
    words.add(actor=staff, text="=cmd()", note="@home", level="hold")
    words.add(actor=staff, text="敏感词", active=False)
    exported = desk.get(f"{DESK}export/").content
    assert exported.decode("utf-8-sig").splitlines() == [
        "text,category,level,active,note",
        "'=cmd(),other,hold,1,'@home",
        "敏感词,other,mask,0,",
    ]
    before = set(SensitiveWord.objects.values_list("text", "category", "level", "active", "note"))
    SensitiveWord.objects.all().delete()
    bring(desk, exported, TABLE)
    assert set(SensitiveWord.objects.values_list("text", "category", "level", "active", "note")) == before


def test_an_export_is_of_what_the_list_shows(desk, staff):
    words.add(actor=staff, text="bad", level="block")
    words.add(actor=staff, text="good")
    assert "good" not in desk.get(f"{DESK}export/?level__exact=block").content.decode()


def test_the_test_box_shows_what_becomes_of_a_text(desk, staff):
    words.add(actor=staff, text="bad", category="abuse")
    result = desk.post(f"{DESK}test/", {"text": "so Ｂ.ａ.ｄ, pаypal"}).context["result"]
    assert (result["text"], result["folded"], result["flagged"]) == ("so *.*.*, pаypal", "sobadpаypal", True)
    assert [(text, str(category)) for text, category, *_ in result["words"]] == [("bad", "abuse")]
    assert result["level"] == "mask the word"


def test_the_test_box_shows_markup_as_text(desk):
    assert "<b>x</b>" not in desk.post(f"{DESK}test/", {"text": "<b>x</b>"}).content.decode()


def test_two_staff_who_enter_one_word_at_once_enter_it_once(transactional_db, staff, together):
    found = together([lambda: words.add(actor=staff, text="bad")] * 2)
    assert sorted(getattr(one, "code", "made") for one in found) == ["made", "word_twice"]


def test_it_asks_as_often_for_thirty_words_as_for_three(desk, staff):
    words.bring(actor=staff, rows=[(line, {"text": f"few{line}"}) for line in range(3)])
    few = queries_for(desk, DESK)
    words.bring(actor=staff, rows=[(line, {"text": f"many{line}"}) for line in range(30)])
    assert queries_for(desk, DESK) == few
