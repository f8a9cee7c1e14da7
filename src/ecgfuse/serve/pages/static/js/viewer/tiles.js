/**
 * The signal in tiles: stretches of a power of two of seconds. Tiles are fetched ahead, kept in
 * memory, and by the browser with their ETag. While one is on its way, a coarser one stands in.
 */

import { api } from "../api.js";

const POINTS = 2048;
const KEPT = 96;
const AT_ONCE = 6;
const SMALLEST = 1; // two seconds
const LEVELS_UP = 5;

export class Tiles {
  /** @param {{recording: Object, onLoad: () => void, onError: (error: Error) => void}} options */
  constructor({ recording, onLoad, onError }) {
    this.recording = recording;
    this.onLoad = onLoad;
    this.onError = onError;
    this.tiles = new Map();
    this.wanted = [];
    this.loading = new Map();
  }

  /** Level of the tiles whose points are no coarser than the pixels. */
  level(pxPerS) {
    const scale = Math.min(devicePixelRatio || 1, 2);
    return Math.max(SMALLEST, Math.floor(Math.log2(POINTS / (pxPerS * scale))));
  }

  /**
   * The tiles that cover a stretch, in order of time; where one is missing, coarser ones.
   * @returns {{fromS: number, toS: number, leads: Map}[]}
   */
  cover(startS, endS, pxPerS, leads) {
    const level = this.level(pxPerS);
    const size = 2 ** level;
    const first = Math.floor(Math.max(0, startS) / size);
    const last = Math.floor(Math.min(endS, this.recording.duration_s - 1e-6) / size);
    this.want(level, first, last, leads);
    const found = [];
    for (let index = first; index <= last; index += 1) {
      const tile = this.get(level, index, leads) ?? this.standIn(level, index, leads);
      if (tile && found.at(-1) !== tile) found.push(tile);
    }
    return found;
  }

  standIn(level, index, leads) {
    for (let up = 1; up <= LEVELS_UP; up += 1) {
      const tile = this.get(level + up, index >> up, leads);
      if (tile) return tile;
    }
    return null;
  }

  get(level, index, leads) {
    const key = keyOf(level, index, leads);
    const tile = this.tiles.get(key);
    if (tile) {
      this.tiles.delete(key); // the last used one is the last to go
      this.tiles.set(key, tile);
    }
    return tile ?? null;
  }

  /** Ask for tiles: those in view first, then a neighbour on each side. */
  want(level, first, last, leads) {
    const indices = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const count = Math.ceil(this.recording.duration_s / 2 ** level);
    const around = [last + 1, first - 1].filter((index) => index >= 0 && index < count);
    this.wanted = [...indices, ...around]
      .map((index) => ({ level, index, leads, key: keyOf(level, index, leads) }))
      .filter(({ key }) => !this.tiles.has(key));
    this.dropOthers();
    this.load();
  }

  /** Stop requests that are no longer wanted. */
  dropOthers() {
    const keys = new Set(this.wanted.map(({ key }) => key));
    for (const [key, controller] of this.loading) {
      if (!keys.has(key)) {
        controller.abort();
        this.loading.delete(key);
      }
    }
  }

  load() {
    for (const one of this.wanted) {
      if (this.loading.size >= AT_ONCE) return;
      if (!this.loading.has(one.key) && !this.tiles.has(one.key)) this.fetch(one);
    }
  }

  async fetch({ level, index, leads, key }) {
    const controller = new AbortController();
    this.loading.set(key, controller);
    const size = 2 ** level;
    const parameters = {
      from_s: index * size,
      to_s: Math.min((index + 1) * size, this.recording.duration_s),
      leads: leads.length === this.recording.leads.length ? null : leads.join(","),
      points: POINTS,
    };
    try {
      const answer = await api.signal(this.recording.id, parameters, controller.signal);
      this.keep(key, answer);
      this.onLoad();
    } catch (error) {
      if (error.name !== "AbortError") this.onError(error);
    } finally {
      if (this.loading.get(key) === controller) this.loading.delete(key);
      this.wanted = this.wanted.filter((one) => one.key !== key);
      this.load();
    }
  }

  keep(key, { from_s: fromS, to_s: toS, leads }) {
    this.tiles.set(key, { fromS, toS, leads: new Map(leads.map((lead) => [lead.name, lead])) });
    while (this.tiles.size > KEPT) this.tiles.delete(this.tiles.keys().next().value);
  }
}

const keyOf = (level, index, leads) => `${level}:${index}:${leads.join("\u0000")}`;
