"""English sentences about errors that people meet most, to be translated.

{name} stands for a value. Each sentence is one that the code raises, in plain words (see
`ecgfuse.serve.analysis.plain_words`); a test compares them.
"""


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


FILES = (
    _("{name} is not the name of a file; choose files, not folders"),
    _("{name} has characters that cannot be shown; rename the file"),
    _("{name}… is too long; rename the file to at most 60 letters"),
    _("{name} is a hidden file; choose the recording itself"),
    _("{name} is an archive or a compressed file; unpack it, and choose the files in it"),
    _("{name} is empty; copy it again, and look at its size before"),
    _(
        "{name} has {size} MB, but a file may have {most} MB; cut the recording, or ask the "
        "administrator for a higher limit (--max-file-mb)"
    ),
    _(
        "{name} was announced with {size} bytes, but {sent} have been sent; the file may have "
        "changed: start its upload again"
    ),
    _("has not arrived completely ({part} of {size} bytes); continue its upload"),
    _("was chosen twice; choose one file of each name at a time"),
    _("this upload was deleted; start it again"),
    _("there is no such upload; it may have expired: start it again"),
    _("there is no such upload; it may have expired"),
    _(
        "the disk of the server has no room for {size} ({left} can be used); delete recordings "
        "that are no longer needed, or ask the administrator to free some space"
    ),
    _(
        "the quota of {quota} has no room for {size} ({left} are left); delete recordings that "
        "are no longer needed, or ask the administrator for a larger quota (--quota-gb)"
    ),
)
"""About uploads."""

GROUPS = (
    _("is an annotation file; choose its recording together with it"),
    _("is a segment of itself; copy the record again"),
    _("is a table of beats that ecgfuse wrote, not a recording"),
    _("needs its header; choose {file} together with it"),
    _("its segment {name} is damaged; copy the record again"),
    _("names the file {file}, which was not chosen; {cure}"),
    _("names the file {file}, which belongs to another record; {cure}"),
    _("choose all files of a record together; a header can name no others"),
)
"""About files that belong together."""

SINGLE_BEATS = (
    _("is no table of single beats; choose a CSV file with a beat per row"),
    _(
        "has {n} columns, but a table of single beats has {wanted} samples per row, and perhaps a "
        "label; cut the beats as described on the page"
    ),
    _('has {n} columns; say whether one of them is a label, and which (field "Labels")'),
    _("has {n} columns, {fault}"),
    _("one more than the {n} samples of a beat; say which one is the label"),
    _('which are the {n} samples of a beat, so none of them is a label; choose "no label"'),
    _(
        "the label of row {row} is {label}, but must be a whole number, 0 for normal beats; say "
        "which column holds the labels, or correct it"
    ),
    _("has more than {n} rows; cut it into several tables"),
    _(
        "there is no model for single beats; export one by 'make heartbeat', or start the server "
        "where there is one"
    ),
)
"""About tables of single beats."""

RECORDINGS = (
    _(
        "is in no known format; supported are WFDB (name its header, .hea), EDF, BDF, and text "
        "with columns of numbers"
    ),
    _("the file is empty; copy it again"),
    _("sampled at {fs} Hz; {low} to {high} Hz are supported; resample it"),
    _('declares no sampling rate; set the field "Sampling rate", such as 250'),
    _(
        'the file declares a sampling rate of {own} Hz, but the field "Sampling rate" is {fs}; '
        'omit the field "Sampling rate", or correct the file'
    ),
    _('lead {lead} has no unit; set it with the field "Unit", such as mV'),
    _(
        'lead {lead} is in {own} according to the file, but the field "Unit" is {unit}; omit the '
        'field "Unit", or correct the file'
    ),
    _(
        "lead {lead} has a median amplitude of {mv}, too large for an ECG in mV; set its unit with "
        'the field "Unit", such as uV, or convert it'
    ),
    _(
        "lead {lead} has whole numbers, as an ADC gives, and no ECG in mV; set its unit with the "
        'field "Unit", such as uV, or convert it'
    ),
    _("there is no lead {lead}; it has {leads}"),
    _('none of its leads looks like an ECG: {leads}; choose the lead with the field "Lead"'),
    _(
        "is longer than {hours} hours, the longest recording for which an analysis has memory; cut "
        "it into shorter recordings, or ask the administrator for more (--job-memory-gb)"
    ),
    _(
        "line {line} is longer than {n} bytes; write the table with one line per sample, or copy "
        "the file again"
    ),
    _("does not start with numbers; {cure}, from the first value on"),
    _("does not start with a table; {cure}"),
    _("is not a text file; write it as a table with one line per sample"),
    _("write it as a table with one line per sample"),
    _("the last line is cut, {where}; copy the file again, or delete this line"),
    _("has no column except time and counters; add one per lead"),
    _(
        "its time column does not increase, so the sampling rate is unknown; set it with the field "
        '"Sampling rate"'
    ),
    _("is not an EDF or BDF file, or is cut; copy it again"),
    _("contains annotations only; name a file with an ECG"),
    _("contains no complete data record; copy it again"),
    _(
        "is discontinuous ({kind}), which is not supported; convert it to EDF+C, or cut it where "
        "it is interrupted"
    ),
    _("the file {file} is missing; copy it to the same folder"),
    _("the header is empty; {cure}"),
    _("is not the header of a WFDB record, which is a short text; {cure}"),
    _("correct the header, or copy the record again"),
    _(
        "declares {n} samples, but the signal file {file} has {held}; copy it again, or correct "
        "the header"
    ),
    _("no signal has samples; copy the record again"),
    _("cannot be decoded completely; copy it again"),
    _("the record has no signal, only a header; name another one, or copy it again"),
)
"""About the contents of recordings."""

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

SENTENCES: tuple[str, ...] = (
    *FILES,
    *GROUPS,
    *SINGLE_BEATS,
    *RECORDINGS,
    *ANALYSES,
    *REQUESTS,
    *STATUSES,
    *FIELDS,
)
"""All known sentences."""
