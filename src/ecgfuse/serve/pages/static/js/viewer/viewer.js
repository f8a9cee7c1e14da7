/** The viewer of one analysis: brings state, strip, beats, plots and corrections together. */

import { api, pageUrl } from "../api.js";
import { announce, byId, guarded, showProblem } from "../dom.js";
import { AAMI } from "../format.js";
import { t } from "../i18n.js";
import { BeatPanel, describeBeat } from "./beat_panel.js";
import { BeatTable } from "./beat_table.js";
import { Beats } from "./beats.js";
import { Controls } from "./controls.js";
import { Corrections } from "./corrections.js";
import { fillDownloads } from "./downloads.js";
import { Gestures } from "./gestures.js";
import { Jumps } from "./jump.js";
import { Keys } from "./keys.js";
import { showMedians } from "./medians.js";
import { Overview } from "./overview.js";
import { referenceParts } from "./reference.js";
import { RhythmPlots } from "./rr.js";
import { GAINS, PX_PER_MM, ViewState } from "./state.js";
import { Strip } from "./strip.js";
import { hoursTable, summaryParts } from "./summary.js";
import { Tiles } from "./tiles.js";
import { Tooltip } from "./tooltip.js";

const ZOOM = 1.5;
const TAP_PX = 40;
const ADDRESS_MS = 400;
const OVERVIEW_BINS = 800;

export class Viewer {
  /** @param {{recording: Object, analysis: Object, model: Object}} options */
  constructor({ recording, analysis, model }) {
    this.recording = recording;
    this.analysis = analysis;
    this.classes = model?.classes ?? AAMI;
    this.state = new ViewState(recording);
    const onError = showProblem;
    const onLoad = () => this.strip.draw();
    this.beats = new Beats({ analysis, onLoad, onError });
    const tiles = new Tiles({ recording, onLoad, onError });
    this.strip = new Strip({ canvas: byId("paper"), state: this.state, tiles });
    this.strip.beats = this.beats;
    this.overview = new Overview({ canvas: byId("overview"), state: this.state });
    this.plots = new RhythmPlots({ state: this.state, onTime: (timeS) => this.goTo(timeS) });
    this.panel = new BeatPanel({ analysis, recording, classes: this.classes, onClass: (name) => this.correct(name) });
    this.table = new BeatTable({ state: this.state, onBeat: (beat) => this.choose(beat) });
    this.tooltip = new Tooltip(byId("tooltip"));
    this.corrections = new Corrections({
      analysis,
      recording,
      onChange: () => this.reload(),
      onTime: (timeS, sample) => this.goTo(timeS, sample),
    });
    this.jumps = new Jumps({ analysis, state: this.state, classes: this.classes, onPlace: (place) => this.goTo(place.time_s, place.sample) });
  }

  /** Show everything, at a place. */
  async open({ timeS, sample }) {
    byId("workplace").hidden = false;
    this.state.set({ width: byId("strip").clientWidth, pxPerS: 25 * PX_PER_MM, startS: timeS });
    const actions = this.actions();
    this.controls = new Controls({ state: this.state, actions });
    this.keys = new Keys({ element: byId("strip"), actions });
    this.jumps.showButtons();
    fillDownloads({ analysis: this.analysis, state: this.state });
    this.listen();
    this.strip.draw();
    await Promise.all([this.corrections.load(), this.loadNumbers(), this.loadOverview()]);
    if (sample !== null) await this.goTo(sample / this.recording.fs, sample);
  }

  listen() {
    const { state } = this;
    new Gestures({
      element: byId("strip"),
      state,
      onTap: (timeS) => this.choose(this.beats.nearest(timeS, TAP_PX / state.pxPerS)),
      onHover: (place) => this.hover(place),
    });
    state.addEventListener("change", ({ detail }) => {
      this.strip.draw();
      this.hover(null);
      if (detail.has("startS")) this.noteAddress();
    });
    this.strip.afterDraw.push((beats) => {
      this.overview.draw();
      this.plots.mark();
      this.table.update(beats);
    });
    byId("help-button").addEventListener("click", () => byId("help").showModal());
  }

  /** What keys and buttons do, by name. */
  actions() {
    const { state } = this;
    const gain = (direction) => state.set({ gain: state.step(GAINS, state.gain, direction) });
    const classes = Object.fromEntries(this.classes.map((name, i) => [`class${i + 1}`, () => this.correct(name)]));
    return {
      left: () => state.pan(-state.spanS / 4),
      right: () => state.pan(state.spanS / 4),
      pageLeft: () => state.pan(-state.spanS),
      pageRight: () => state.pan(state.spanS),
      first: () => state.set({ startS: 0 }),
      last: () => state.set({ startS: state.durationS }),
      zoomIn: () => state.zoom(ZOOM),
      zoomOut: () => state.zoom(1 / ZOOM),
      gainUp: () => gain(1),
      gainDown: () => gain(-1),
      nextBeat: guarded(() => this.step(1)),
      previousBeat: guarded(() => this.step(-1)),
      lead: () => this.controls.nextLead(),
      filter: () => this.controls.nextFilter(),
      undo: () => this.corrections.undo(),
      redo: () => this.corrections.redo(),
      window: () => this.openWindow(),
      none: () => this.choose(null),
      help: () => byId("help").showModal(),
      ...classes,
      ...mapValues(this.jumps.actions(), guarded),
    };
  }

  /** Each part is shown as soon as it is there. */
  async loadNumbers() {
    await Promise.all([this.loadSummary(), this.loadRhythm(), this.loadMedians(), this.loadReference()]);
  }

  async loadSummary() {
    const summary = await api.summary(this.analysis.id);
    byId("summary").replaceChildren(...summaryParts(summary, (timeS) => this.goTo(timeS)));
    const hours = hoursTable(summary);
    byId("hours-section").hidden = hours === null;
    byId("hours").replaceChildren(...(hours ? [hours] : []));
  }

  async loadRhythm() {
    this.plots.show(await api.rr(this.analysis.id));
  }

  async loadMedians() {
    showMedians(await api.medians(this.analysis.id));
  }

  async loadReference() {
    if (!this.recording.has_reference) return;
    const found = await api.reference(this.analysis.id).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
    byId("reference-section").hidden = found === null;
    if (!found) return;
    byId("reference").replaceChildren(...referenceParts(found));
    this.strip.missed = (found.missed ?? []).map((sample) => sample / this.recording.fs);
    this.strip.draw();
  }

  async loadOverview() {
    const data = await api.overview(this.analysis.id, { bins: OVERVIEW_BINS });
    this.strip.spans = data.without_signal;
    this.overview.show(data);
    this.strip.draw();
  }

  /** Load everything again that depends on the labels. */
  async reload() {
    this.beats.reset();
    this.strip.draw();
    await Promise.all([this.loadNumbers(), this.loadOverview(), this.chooseAgain()]).catch(showProblem);
  }

  async chooseAgain() {
    if (this.state.selected === null) return;
    const timeS = this.state.selected / this.recording.fs;
    await this.beats.around(timeS);
    await this.panel.show(this.beats.nearest(timeS, 0.5, ({ sample }) => sample === this.state.selected));
  }

  /** Go to a time; choose the beat there, if one is named, or else the nearest one. */
  async goTo(timeS, sample = null) {
    this.state.reveal(timeS);
    await this.beats.around(timeS);
    const beat = sample === null
      ? this.beats.nearest(timeS, 2)
      : this.beats.nearest(timeS, 1, (one) => one.sample === sample);
    this.choose(beat);
    if (beat === null && sample !== null) this.jumps.currentS = timeS; // a beat that was missed
  }

  /** Choose a beat, or none. */
  choose(beat) {
    this.state.set({ selected: beat?.sample ?? null });
    this.jumps.currentS = beat?.timeS ?? null;
    if (beat) announce(describeBeat(beat).join(", "));
    this.panel.show(beat).catch(showProblem);
  }

  /** The next or the previous beat that the filter shows. */
  async step(direction) {
    const { state } = this;
    const fromS = state.selected === null ? state.startS : state.selected / this.recording.fs;
    const isOther = ({ name, sample }) => sample !== state.selected && state.shows(name); // times are rounded
    const beat = await this.beats.neighbour(fromS, direction, isOther);
    if (!beat) return announce(t("No further beat"));
    state.reveal(beat.timeS);
    return this.choose(beat);
  }

  correct(name) {
    const { beat } = this.panel;
    if (!beat) return announce(t("Choose a beat first"));
    const before = beat.name;
    if (before === name) return undefined;
    this.corrections.correct(beat, name, () => this.relabel(beat, before));
    return this.relabel(beat, name);
  }

  /** Show another label of a beat at once. */
  relabel(beat, name) {
    this.beats.relabel(beat.sample, name);
    this.strip.draw();
    if (this.panel.beat?.sample === beat.sample) this.panel.show({ ...beat, name }).catch(showProblem);
  }

  hover(place) {
    const beat = place && this.beats.nearest(place.timeS, place.withinS);
    this.tooltip.show(beat ? describeBeat(beat) : null, place, this.state.width);
  }

  openWindow() {
    const { selected } = this.state;
    if (selected === null) return announce(t("Choose a beat first"));
    const url = pageUrl(`/recordings/${this.recording.id}/beats/${selected}?analysis=${this.analysis.id}`);
    return window.open(url, "_blank", "popup,width=760,height=620");
  }

  /** Keep the place in the address, so that reloading or sharing it comes back here. */
  noteAddress() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const parameters = new URLSearchParams(location.search);
      parameters.set("t", this.state.startS.toFixed(2));
      parameters.set("analysis", this.analysis.id);
      history.replaceState(null, "", `${location.pathname}?${parameters}`);
    }, ADDRESS_MS);
  }
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
