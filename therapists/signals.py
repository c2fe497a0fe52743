"""What therapists tell the apps above them, which they may not import."""

from django.dispatch import Signal

# Other screening rules decide now when a technique is safe: what is booked with it is judged anew. Argument: technique.
technique_rescreened = Signal()
