/** Calls of the API, /api/v1. */

import { t } from "./i18n.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** Where the application is, if a proxy puts it below a path. */
export const root = meta("root");

/** An answer that is an error; `problem` is its problem+json document. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(describe(status, problem));
    this.status = status;
    this.problem = problem;
  }
}

function describe(status, problem) {
  const fields = Object.values(flatten(problem.errors ?? {}));
  const said = [problem.detail, ...fields].filter(Boolean).join(" ");
  return said || problem.title || t("The server answered with the error {status}.", { status });
}

function flatten(errors, prefix = "") {
  if (typeof errors !== "object" || errors === null) return { [prefix]: `${prefix}: ${errors}` };
  if (Array.isArray(errors) && errors.every((one) => typeof one === "string")) {
    return { [prefix]: `${prefix}: ${errors.join(" ")}` };
  }
  return Object.entries(errors).reduce(
    (all, [name, value]) => ({ ...all, ...flatten(value, isPlace(name) ? prefix : name) }),
    {},
  );
}

const isPlace = (name) => ["json", "query", "headers", "files"].includes(name);

/** Address of a path below /api/v1, with parameters; those that are null are left out. */
export function apiUrl(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return `${root}/api/v1/${path}${query ? `?${query}` : ""}`;
}

/** Address of a page. */
export const pageUrl = (path) => `${root}${path}`;

/**
 * One request. Answers the response with its JSON as `json`; throws an ApiError.
 * @param {string} method
 * @param {string} path below /api/v1.
 * @param {{parameters?: Object, json?: Object, body?: BodyInit, headers?: Object, signal?: AbortSignal}} options
 */
export async function request(method, path, options = {}) {
  const { parameters = {}, json, body, headers = {}, signal } = options;
  const sent = { Accept: "application/json", ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  if (method !== "GET") sent["X-CSRFToken"] = meta("csrf-token");
  const response = await reach(apiUrl(path, parameters), {
    method,
    headers: sent,
    body: json !== undefined ? JSON.stringify(json) : body,
    signal,
    credentials: "same-origin",
  });
  return { response, json: await answer(response) };
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("The server cannot be reached. Check the connection, and try again."));
  }
}

async function answer(response) {
  const isEmpty = response.status === 204; // it may still name a type
  const isJson = !isEmpty && (response.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson ? await response.json() : null;
  if (response.ok) return content;
  if (response.status === 401) logIn();
  throw new ApiError(response.status, content ?? {});
}

function logIn() {
  const here = encodeURIComponent(location.pathname + location.search);
  location.assign(pageUrl(`/login?next=${here}`));
}

const get = async (path, parameters, signal) => (await request("GET", path, { parameters, signal })).json;
const send = async (method, path, options) => (await request(method, path, options)).json;
const quoted = (version) => ({ "If-Match": `"${version}"` });

/** The calls by what they do. */
export const api = {
  models: () => get("models"),
  performance: () => get("performance"),
  examples: () => get("examples"),
  openExample: (name, json) => send("POST", `examples/${encodeURIComponent(name)}`, { json }),

  startUpload: (json) => send("POST", "uploads", { json }),
  uploadState: (id) => get(`uploads/${id}`),
  append: (id, offset, body, signal) =>
    send("PATCH", `uploads/${id}`, {
      body,
      signal,
      headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    }),
  dropUpload: (id) => send("DELETE", `uploads/${id}`),

  createRecordings: (json) => send("POST", "recordings", { json }),
  recordings: async (page, pageSize) => {
    const found = await request("GET", "recordings", { parameters: { page, page_size: pageSize } });
    return { rows: found.json, pages: JSON.parse(found.response.headers.get("X-Pagination") ?? "{}") };
  },
  recording: (id) => get(`recordings/${id}`),
  deleteRecording: (id) => send("DELETE", `recordings/${id}`),
  signal: (id, parameters, signal) => get(`recordings/${id}/signal`, parameters, signal),

  analyse: (id, json) => send("POST", `recordings/${id}/analyses`, { json }),
  analysis: (id) => get(`analyses/${id}`),
  cancel: (id) => send("DELETE", `analyses/${id}`),
  beats: (id, parameters, signal) => get(`analyses/${id}/beats`, parameters, signal),
  beat: (id, sample) => get(`analyses/${id}/beats/${sample}`),
  overview: (id, parameters) => get(`analyses/${id}/overview`, parameters),
  summary: (id) => get(`analyses/${id}/summary`),
  rr: (id) => get(`analyses/${id}/rr`),
  medians: (id) => get(`analyses/${id}/medians`),
  reference: (id) => get(`analyses/${id}/reference`),
  next: (id, parameters) => get(`analyses/${id}/next`, parameters),

  corrections: (id) => get(`analyses/${id}/corrections`),
  correct: (id, version, json) =>
    send("POST", `analyses/${id}/corrections`, { json, headers: quoted(version) }),
  undo: (id, version) => send("POST", `analyses/${id}/corrections/undo`, { headers: quoted(version) }),
  redo: (id, version) => send("POST", `analyses/${id}/corrections/redo`, { headers: quoted(version) }),
  exportUrl: (id, what, parameters) => apiUrl(`analyses/${id}/export/${what}`, parameters),
};
