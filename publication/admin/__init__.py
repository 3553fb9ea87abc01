"""What every admin page of Hamrin shares: search across scripts, review, edit history; and the revision log itself."""

from django.contrib import admin

from .log import RevisionAdmin
from .records import PartAdmin, PartInline, RecordAdmin, Unsaved
from .review import ReviewedAdmin
from .search import Missing, without

__all__ = ["Missing", "PartAdmin", "PartInline", "RecordAdmin", "ReviewedAdmin", "RevisionAdmin", "Unsaved", "without"]

admin.site.site_header = "Hamrin"
admin.site.site_title = "Hamrin"
admin.site.index_title = "Working tables"
