"""English sentences about analyses and requests, to be translated.

{name} stands for a value. Each sentence is one that the code says, in plain words (see
`ecgfuse.serve.analysis.plain_words`); a test compares them.
"""

from ecgfuse.serve.sentences import _

ANALYSES = (
    _("the lead has no values; choose another lead or recording"),
    _(
        "{n} of {all} beats cannot be classified: check the signal quality of this lead, or choose "
        'another one (the field "Lead")'
    ),
    _(
        "{silent} of {all} s have no signal (gap or flat line, lead off): choose another lead (the "
        'field "Lead"); for a CSV file, check the unit (the field "Unit")'
    ),
    _(
        "the QRS amplitude is {mv} mV, but {low} to {high} mV is usual: check the unit (the field "
        '"Unit" for CSV files, else the gain in the header)'
    ),
    _(
        "the QRS complexes do not resemble each other, as if detected in noise: check that this "
        "lead is an ECG, and its sampling rate"
    ),
    _(
        "the mean heart rate is {rate} bpm, but {low} to {high} bpm is usual: check the sampling "
        'rate (the field "Sampling rate" for CSV files), and that this lead is an ECG'
    ),
    _("the reference annotations are not used: {reason}"),
    _(
        "the server has too little memory for this recording; cut it into shorter parts, or ask "
        "the administrator"
    ),
    _(
        "the disk of the server is full; delete recordings that are no longer needed, or ask the "
        "administrator to free some space"
    ),
    _(
        "the analysis took longer than {n} minutes; cut the recording into shorter parts, or ask "
        "the administrator for more time (--job-minutes)"
    ),
    _(
        "the analysis was interrupted {n} times, probably because the server has too little memory "
        "for this recording; cut it into shorter parts, or ask the administrator"
    ),
    _(
        "the analysis ended with an unexpected error ({kind}); the administrator finds the details "
        "in the log of the server, under the time at which it ended"
    ),
)
"""About the work on a recording, and what it warns of."""

REQUESTS = (
    _("there is no such recording; it may have been deleted"),
    _("there is no such analysis; it may have been deleted"),
    _("the recording was deleted meanwhile"),
    _("the analysis is not done yet; ask again when its status is done"),
    _("the analysis failed: {reason}; start another one"),
    _("the analysis failed; start another one"),
    _("the analysis was cancelled; start another one"),
    _("the signals have not been read yet; ask again when an analysis has passed reading"),
    _("the recording has no reference labels; upload it with its .atr file"),
    _("there is no beat at sample {sample}; take one of the list of beats"),
    _("there is no beat, so there is no annotation to write"),
    _("{state}; look at them and change them again"),
    _("the labels are at version {version} now"),
    _("the beat at sample {sample} has the class {name} already"),
    _("there is no correction to undo"),
    _("there is no undone correction to redo"),
    _("{name} does not exist; choose one of: {names}"),
    _("{name} judges beats in their recording only; choose one of: {names}"),
    _("the recording has no {lead}; choose one of: {leads}"),
    _("there is no lead {lead}; the recording has {leads}"),
    _("no lead is named; choose one or more"),
    _("the part is empty, or outside of the recording; choose another one"),
    _("the part has {length} s, but a strip may have {most} s; choose a shorter one"),
    _("{n} leads of {length} s do not fit on a page; choose fewer leads or a shorter part"),
    _("the request has a missing or wrong value; correct it"),
)
"""About requests."""

STATUSES = (
    _("Bad Request"),
    _("Unauthorized"),
    _("Forbidden"),
    _("Not Found"),
    _("Method Not Allowed"),
    _("Request Entity Too Large"),
    _("Too Many Requests"),
    _("Internal Server Error"),
    _("Service Unavailable"),
    _("Insufficient Storage"),
    _(
        "The requested URL was not found on the server. If you entered the URL manually please "
        "check your spelling and try again."
    ),
    _("The data value transmitted exceeds the capacity limit."),
)
"""Of Werkzeug, about whole requests."""

FIELDS = (
    _("Missing data for required field."),
    _("Field may not be null."),
    _("Not a valid string."),
    _("Not a valid number."),
    _("Not a valid integer."),
    _("Must be one of: {choices}."),
    _("Must be greater than {min} and less than or equal to {max}."),
    _("Must be greater than or equal to {min} and less than or equal to {max}."),
    _("Length must be between {min} and {max}."),
    _("Longer than maximum length {max}."),
)
"""Of Marshmallow, about the fields of a request."""
