"""English sentences about uploaded files, to be translated.

{name} stands for a value. Each sentence is one that the code says, in plain words (see
`ecgfuse.serve.analysis.plain_words`); a test compares them.
"""

from ecgfuse.serve.sentences import _

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
