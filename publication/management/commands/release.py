"""Build a release, withdraw one, or check that one can be built again."""

from django.core.management.base import BaseCommand, CommandError

from publication.releases import building


class Command(BaseCommand):
    help = "Build a numbered release of everything that is published, as files that never change."

    def add_arguments(self, parser):
        parser.add_argument("version", help="year and number, such as 2026.1; 2026.1.1 corrects it")
        parser.add_argument("--notes", default="", help="notes for readers")
        parser.add_argument("--seq", type=int, help="the seq of the log to release; the newest unless given")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument("--withdraw", metavar="REASON", help="withdraw the release, with this reason for readers")
        instead.add_argument("--check", action="store_true", help="build it again and compare every byte")

    def handle(self, *, version, notes, seq, withdraw, check, **options):
        try:
            if withdraw is not None:
                return f"Withdrew release {building.withdraw_release(version, withdraw)}."
            if check:
                return self.check_files(version)
            release = building.build_release(version, seq=seq, notes=notes)
        except building.ReleaseRefused as refused:
            raise CommandError(str(refused)) from refused
        return f"Released {release} from seq {release.seq}: {release.files.count()} files."

    def check_files(self, version):
        if paths := building.differing_files(version):
            raise CommandError(f"Release {version} differs from what was recorded in: {', '.join(paths)}.")
        return f"Release {version} is as it was built, byte for byte."
