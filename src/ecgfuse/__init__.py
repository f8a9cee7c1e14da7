"""Fuse RR intervals with the ECG waveform to classify the heartbeats of patients never seen."""
