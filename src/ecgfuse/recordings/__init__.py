"""Read ECG recordings (WFDB, EDF, BDF, CSV), and read and write WFDB annotation files.

Two entry points share the readers of the formats: `open.open_recording` for user-supplied files of
any format, read block by block, and `labelled_record.read_record` for WFDB records with reference
beats, as the pipeline uses them. Annotation files are read by `annotation_reader` and written by
`annotation_writer`.
"""
