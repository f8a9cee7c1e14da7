/**
 * Uploads in pieces. An upload that was broken off, even by closing the tab, goes on where it was
 * when the same file is chosen again.
 */

import { api } from "./api.js";
import { t } from "./i18n.js";

const SMALLEST = 256 * 1024;
const PIECE_MS = 1000; // about the time of a piece: the progress is seen, and little is lost
const TRIES = 6;
const FIRST_PAUSE_MS = 500;
const PREFIX = "ecgfuse-upload:";

const keyOf = (file) => `${PREFIX}${file.name}:${file.size}:${file.lastModified}`;

/**
 * Upload a file and answer its id.
 * @param {File} file
 * @param {{onProgress?: (bytes: number) => void, signal?: AbortSignal}} options
 */
export async function uploadFile(file, { onProgress = () => {}, signal } = {}) {
  if (!file.size) throw new Error(t("{name} is empty; choose another file.", { name: file.name }));
  const state = (await resumed(file)) ?? (await started(file));
  let size = Math.min(SMALLEST, state.chunkBytes);
  onProgress(state.offset);
  while (state.offset < file.size) {
    signal?.throwIfAborted();
    const begun = performance.now();
    state.offset = await sendPiece(file, { ...state, size }, signal);
    size = nextSize(size, performance.now() - begun, state.chunkBytes);
    onProgress(state.offset);
  }
  return state.id;
}

/** Size of the next piece, by the time that the last one took. */
function nextSize(size, ms, most) {
  if (ms < PIECE_MS / 2) return Math.min(2 * size, most);
  return ms > 2 * PIECE_MS ? Math.max(size / 2, Math.min(SMALLEST, most)) : size;
}

/** Forget an upload; call it when it has become a recording. */
export const forget = (file) => localStorage.removeItem(keyOf(file));

async function started(file) {
  const made = await api.startUpload({ name: file.name, size: file.size });
  localStorage.setItem(keyOf(file), JSON.stringify({ id: made.id, chunkBytes: made.chunk_bytes }));
  return { id: made.id, offset: made.offset, chunkBytes: made.chunk_bytes };
}

async function resumed(file) {
  const kept = localStorage.getItem(keyOf(file));
  if (!kept) return null;
  const { id, chunkBytes } = JSON.parse(kept);
  try {
    const { offset, size } = await api.uploadState(id);
    return size === file.size ? { id, offset, chunkBytes } : null;
  } catch (error) {
    if (error.status === 401) throw error;
    return null; // it has been used or deleted: begin again
  }
}

/** Send the next piece and answer the new offset; tries again while the network is away. */
async function sendPiece(file, { id, offset, size }, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await api.append(id, offset, file.slice(offset, offset + size), signal);
      return answer.offset;
    } catch (error) {
      if (error.status === 409) return (await api.uploadState(id)).offset;
      if (!isPassing(error) || attempt === TRIES) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
      offset = (await currentOffset(id)) ?? offset;
    }
  }
}

/** Is this an error that may pass by itself? */
function isPassing(error) {
  if (error.name === "AbortError") return false;
  return error.status === undefined || error.status === 429 || error.status >= 500;
}

async function currentOffset(id) {
  try {
    return (await api.uploadState(id)).offset;
  } catch {
    return null;
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** Speed of a transfer, and the time left; forgets what was long ago. */
export class Rate {
  constructor(total) {
    this.total = total;
    this.points = [];
  }

  /** Seconds left after so many bytes; null until known. */
  left(done) {
    const now = performance.now();
    this.points.push([now, done]);
    this.points = this.points.filter(([time]) => now - time < 10_000);
    const [[firstTime, firstDone]] = this.points;
    if (now - firstTime < 1000 || done === firstDone) return null;
    return ((this.total - done) * (now - firstTime)) / (done - firstDone) / 1000;
  }
}
