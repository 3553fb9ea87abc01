"""How outlets and articles are typed in."""

import pytest

from records.choices import State
from sources.choices import PublishedBasis
from sources.forms import SOME_DAY
from sources.models import Article, Outlet
from tests.admin_forms import account, address, errors, filled, save
from tests.sources.factories import ArticleFactory, OutletFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    client.force_login(account("curator"))
    return client


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("factory", "queries"), [(OutletFactory, 7), (ArticleFactory, 8)])
def test_list_takes_the_same_queries_however_long(curator, django_assert_num_queries, factory, queries, rows):
    factory.create_batch(rows)
    page = address(factory._meta.model, "changelist")
    with django_assert_num_queries(queries):
        response = curator.get(page)
    assert len(response.context["cl"].result_list) == rows


def test_window_is_typed_as_one_text(curator):
    article = ArticleFactory()
    save(curator, article, published="../2020-06-02", published_basis=PublishedBasis.COPY_DAY)
    article.refresh_from_db()
    assert article.published == "../2020-06-02"


def test_window_shows_what_was_typed_before(curator):
    article = ArticleFactory(published="2021-12", published_basis=PublishedBasis.STATED)
    form = curator.get(address(Article, "change", article.pk)).context["adminform"].form
    assert form["published"].value() == "2021-12"
    assert form.fields["published"].help_text == SOME_DAY


def test_window_in_no_notation_is_refused_at_its_input(curator):
    response = save(curator, ArticleFactory(), published="early June")
    assert errors(response) == {
        "published": [
            "“early June” is not a day in EDTF. Examples: 2021-12-07, 2021-12, 2020-05-11/2020-05-20, ../2020-06-02."
        ]
    }


def test_window_out_of_reach_is_refused_at_its_input(curator):
    response = save(curator, ArticleFactory(), published="0201-12-07", published_basis=PublishedBasis.STATED)
    assert errors(response) == {"published": ["A day must lie between 1900 and 2199. Check the year."]}


def test_day_without_a_basis_is_refused_at_the_day(curator):
    response = save(curator, ArticleFactory(), published="2021-12-07")
    assert errors(response) == {"published": ["Say how the day of publication is known."]}


def test_derived_day_without_a_note_is_refused_at_the_note(curator):
    response = save(curator, ArticleFactory(), published_basis=PublishedBasis.DERIVED)
    assert errors(response) == {"published_note": ["Say in the note how the day of publication was derived."]}


def test_address_of_another_article_is_refused_at_the_address(curator):
    ArticleFactory(url="https://example.org/1")
    response = save(curator, ArticleFactory(), url="https://example.org/1")
    assert errors(response) == {"url": ["Another article has this address already, in this or another spelling."]}


def test_note_is_shown_for_a_derived_day(curator):
    form = curator.get(address(Article, "add")).context["adminform"].form
    assert form.fields["published_note"].widget.attrs["data-show-if"] == "published_basis=derived"


def test_codes_carry_their_rules(curator):
    page = curator.get(address(Outlet, "add")).content.decode()
    rule = "A news agency that supplies reports to other outlets."
    assert f'<option value="wire" title="{rule}">News agency</option>' in page


def test_outlet_is_saved_without_review(curator):
    page = address(Outlet, "add")
    curator.post(page, filled(curator.get(page), name="Rudaw", slug="rudaw", kind="party_media"))
    assert Outlet.objects.get().normalised == "rudaw"


def test_state_is_no_input(curator):
    article = ArticleFactory()
    save(curator, article, state=State.APPROVED, uid="ART-999999")
    article.refresh_from_db()
    assert (article.state, article.uid != "ART-999999") == (State.DRAFT, True)
