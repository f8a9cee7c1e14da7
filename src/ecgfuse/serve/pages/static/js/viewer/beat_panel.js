/** The chosen beat: waveform, probabilities, quality, reference, and the palette for its class. */

import { api } from "../api.js";
import { byId, el } from "../dom.js";
import { badge, clock, letter, meaning, number, probability, reason, timeOfDay } from "../format.js";
import { t } from "../i18n.js";
import { drawWave } from "./wave.js";

/** A beat in one line of text, for hovering and for screen readers. */
export function describeBeat(beat) {
  const parts = [`${letter(beat.name)} (${meaning(beat.name)})`, clock(beat.timeS, 2)];
  parts.push(...probabilities(beat.p).map(([name, p]) => `${letter(name)} ${probability(p)}`));
  if (beat.flag) parts.push(reason(beat.flag));
  if (beat.name !== beat.modelName) parts.push(t("corrected, was {name}", { name: letter(beat.modelName) }));
  if (beat.reference !== null) parts.push(referenceText(beat.reference));
  return parts;
}

/** Probabilities of the classes, highest first; none of an unclassified beat. */
function probabilities(p) {
  return Object.entries(p).filter(([, value]) => value !== null).sort((a, b) => b[1] - a[1]);
}

const referenceText = (reference) =>
  reference ? t("reference {name}", { name: letter(reference) }) : t("no beat in the reference");

/** Facts of a beat as pairs of name and value. */
export function beatFacts(beat, start) {
  const time = timeOfDay(start, beat.timeS);
  const facts = [[t("Class"), el("span", {}, badge(beat.name), ` ${meaning(beat.name)}`)], [t("Time"), clock(beat.timeS, 3)]];
  if (time) facts.push([t("Time of day"), time]);
  facts.push([t("Sample"), number(beat.sample)]);
  for (const [name, p] of probabilities(beat.p)) facts.push([t("Probability {name}", { name: letter(name) }), probability(p)]);
  if (beat.flag) facts.push([t("Quality"), reason(beat.flag)]);
  if (beat.name !== beat.modelName) facts.push([t("By the model"), badge(beat.modelName)]);
  if (beat.reference !== null) facts.push([t("Reference"), beat.reference ? badge(beat.reference) : t("no beat")]);
  return facts;
}

/** Fill a description list. */
export function fillFacts(list, facts) {
  list.replaceChildren(...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

export class BeatPanel {
  /** @param {{analysis: Object, recording: Object, classes: string[], onClass: (name: string) => void}} options */
  constructor({ analysis, recording, classes, onClass }) {
    this.analysis = analysis;
    this.recording = recording;
    this.beat = null;
    this.buttons = new Map(classes.map((name, i) => [name, paletteButton(name, i + 1, onClass)]));
    byId("palette").replaceChildren(...this.buttons.values());
    this.observer = new ResizeObserver(() => this.drawWave());
    this.observer.observe(byId("beat-wave"));
  }

  /** Show a beat, or none. */
  async show(beat) {
    byId("no-beat").hidden = beat !== null;
    byId("beat").hidden = beat === null;
    const changed = beat?.sample !== this.beat?.sample;
    this.beat = beat;
    if (!beat) return;
    fillFacts(byId("beat-facts"), beatFacts(beat, this.recording.start));
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === beat.name));
    if (changed) await this.loadWave(beat);
  }

  async loadWave(beat) {
    const found = await api.beat(this.analysis.id, beat.sample);
    if (this.beat?.sample !== beat.sample) return;
    this.found = found;
    byId("attention-note").hidden = !found.attention;
    this.drawWave();
  }

  drawWave() {
    if (!this.found || !this.beat) return;
    drawWave(byId("beat-wave"), this.found.waveform, { attention: this.found.attention });
  }
}

function paletteButton(name, key, onClass) {
  return el(
    "button",
    { type: "button", "aria-pressed": "false", onclick: () => onClass(name), title: `${meaning(name)} (${key})` },
    letter(name),
    el("span", { class: "unseen" }, meaning(name)),
    el("small", {}, ` ${key}`),
  );
}
