/** What the viewer shows: place, scale, leads, filter and the chosen beat. */

import { ABNORMAL } from "../format.js";

/** CSS pixels in a millimetre. */
export const PX_PER_MM = 96 / 25.4;
/** Speeds of the paper in mm/s, and gains in mm/mV. */
export const SPEEDS = [5, 10, 12.5, 25, 50, 100];
export const GAINS = [2.5, 5, 10, 20, 40];
const FASTEST_MM_S = 400;

/** A change is announced as an event "change" with the names of the changed fields. */
export class ViewState extends EventTarget {
  /** @param {Object} recording as the API describes it. */
  constructor(recording) {
    super();
    this.recording = recording;
    this.analysis = null;
    this.startS = 0;
    this.pxPerS = 25 * PX_PER_MM;
    this.gain = 10;
    this.width = 800;
    this.leads = recording.leads;
    this.filter = "all";
    this.selected = null;
  }

  /** Seconds in the strip. */
  get spanS() {
    return this.width / this.pxPerS;
  }

  get endS() {
    return this.startS + this.spanS;
  }

  get speed() {
    return this.pxPerS / PX_PER_MM;
  }

  get durationS() {
    return this.recording.duration_s;
  }

  /** Change fields, and tell so. */
  set(changes) {
    Object.assign(this, changes);
    this.clamp();
    this.dispatchEvent(new CustomEvent("change", { detail: new Set(Object.keys(changes)) }));
  }

  clamp() {
    const slowest = this.width / Math.max(this.durationS, 1);
    this.pxPerS = Math.min(Math.max(this.pxPerS, slowest), FASTEST_MM_S * PX_PER_MM);
    this.startS = Math.min(Math.max(this.startS, 0), Math.max(0, this.durationS - this.spanS));
  }

  /** Move by a number of seconds. */
  pan(seconds) {
    this.set({ startS: this.startS + seconds });
  }

  /** Put a time into the middle of the strip. */
  centre(timeS) {
    this.set({ startS: timeS - this.spanS / 2 });
  }

  /** Move just as far as is needed to see a time. */
  reveal(timeS) {
    const margin = 0.12 * this.spanS;
    if (timeS < this.startS + margin || timeS > this.endS - margin) this.centre(timeS);
  }

  /**
   * Zoom in time.
   * @param {number} factor above 1 enlarges.
   * @param {number} x place in the strip that stays where it is, in pixels.
   */
  zoom(factor, x = this.width / 2) {
    const timeS = this.startS + x / this.pxPerS;
    this.pxPerS *= factor;
    this.clamp();
    this.set({ startS: timeS - x / this.pxPerS, pxPerS: this.pxPerS });
  }

  /** Set the speed of the paper; the middle stays. */
  setSpeed(mmPerS) {
    this.zoom((mmPerS * PX_PER_MM) / this.pxPerS);
  }

  /** The next speed or gain of a list. */
  step(list, value, direction) {
    const next = direction > 0 ? list.find((one) => one > 1.01 * value) : list.findLast((one) => one < 0.99 * value);
    return next ?? value;
  }

  /** Does the filter show beats of a class? */
  shows(name) {
    if (this.filter === "normal") return name === "N";
    if (this.filter === "abnormal") return ["S", "V", "F", ABNORMAL].includes(name);
    return true;
  }
}
