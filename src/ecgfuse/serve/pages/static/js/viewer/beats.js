/** The beats of an analysis, loaded in stretches of five minutes as they come into view. */

import { api } from "../api.js";

const CHUNK_S = 300;
const MOST_CHUNKS = 8; // in view at once; beyond this, beats are too dense to show
const KEPT = 48;

/**
 * @typedef {Object} Beat
 * @property {number} sample @property {number} timeS @property {string} name class, corrected
 * @property {string} modelName class by the model @property {Object<string, number>} p
 * @property {string} flag @property {string|null} reference
 */

export class Beats {
  /** @param {{analysis: Object, onLoad: () => void, onError: (error: Error) => void}} options */
  constructor({ analysis, onLoad, onError }) {
    this.analysis = analysis;
    this.onLoad = onLoad;
    this.onError = onError;
    this.chunks = new Map();
    this.loading = new Map();
    this.hasReference = false;
  }

  /** All loaded beats from a time to another, in order; asks for what is missing. */
  between(startS, endS) {
    const [first, last] = [startS, endS].map((time) => Math.max(0, Math.floor(time / CHUNK_S)));
    if (last - first >= MOST_CHUNKS) return [];
    const found = [];
    for (let index = first; index <= last; index += 1) {
      const chunk = this.chunks.get(index);
      if (!chunk) this.load(index);
      else found.push(...slice(chunk, startS, endS));
    }
    return found;
  }

  /** Load the beats of a stretch; answers when they are there. */
  load(index) {
    if (!this.loading.has(index)) this.loading.set(index, this.fetch(index));
    return this.loading.get(index);
  }

  async fetch(index) {
    const { id } = this.analysis;
    try {
      const answer = await api.beats(id, { from_s: index * CHUNK_S, to_s: (index + 1) * CHUNK_S });
      this.hasReference ||= answer.beats.reference !== null;
      this.chunks.set(index, rows(answer.beats));
      if (this.chunks.size > KEPT) this.chunks.delete(this.chunks.keys().next().value);
      this.onLoad();
    } catch (error) {
      this.onError(error);
    } finally {
      this.loading.delete(index);
    }
  }

  /** Make sure that the beats around a time are there. */
  async around(timeS) {
    const index = Math.max(0, Math.floor(timeS / CHUNK_S));
    if (!this.chunks.has(index)) await this.load(index);
  }

  /** The beat nearest to a time that passes a test; null if none is loaded nearby. */
  nearest(timeS, withinS = CHUNK_S, test = () => true) {
    let best = null;
    for (const beat of this.between(timeS - withinS, timeS + withinS)) {
      const distance = Math.abs(beat.timeS - timeS);
      if (distance <= withinS && test(beat) && (!best || distance < Math.abs(best.timeS - timeS))) best = beat;
    }
    return best;
  }

  /** The beat after or before another one that passes a test. */
  async neighbour(timeS, direction, test) {
    const step = direction * CHUNK_S;
    for (let at = timeS, i = 0; i < 3; i += 1, at += step) {
      if (at < 0) return null;
      await this.around(at);
      await this.around(at + step);
      const found = this.between(Math.min(at, at + step), Math.max(at, at + step)).filter(
        (beat) => direction * (beat.timeS - timeS) > 1e-9 && test(beat),
      );
      if (found.length) return direction > 0 ? found[0] : found.at(-1);
    }
    return null;
  }

  /** Forget all beats, after labels have changed. */
  reset() {
    this.chunks.clear();
    this.loading.clear();
  }

  /** Change the label of a loaded beat at once; the server's answer follows. */
  relabel(sample, name) {
    for (const chunk of this.chunks.values()) {
      const beat = chunk.find((one) => one.sample === sample);
      if (beat) beat.name = name;
    }
  }
}

/** Has a beat another label than the reference? An unclassified beat claims none. */
export function isMismatch({ name, reference }) {
  if (reference === null || name === "Q") return false;
  if (reference === "") return true;
  return name === "abnormal" ? reference === "N" : reference !== name;
}

function rows(columns) {
  const names = Object.keys(columns.p);
  return columns.sample.map((sample, i) => ({
    sample,
    timeS: columns.time_s[i],
    name: columns.class[i],
    modelName: columns.model_class[i],
    p: Object.fromEntries(names.map((name) => [name, columns.p[name][i]])),
    flag: columns.flag[i] ?? "",
    reference: columns.reference ? columns.reference[i] ?? "" : null,
  }));
}

function slice(chunk, startS, endS) {
  return chunk.slice(position(chunk, startS), position(chunk, endS));
}

function position(chunk, timeS) {
  let [low, high] = [0, chunk.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chunk[middle].timeS < timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}
