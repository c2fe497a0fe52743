"""What accounts tell the apps above them, which they may not import."""

from django.dispatch import Signal

# Somebody who has come of age has an account of their own now. Arguments: client, by (the account that let go).
client_handed_over = Signal()
# Somebody's date of birth was corrected: what depends on age may mean something else now. Arguments: client,
# before (the earlier date, or None).
birthday_changed = Signal()
