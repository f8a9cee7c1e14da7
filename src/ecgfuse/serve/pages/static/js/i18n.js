/** Translated strings. English stands in the code; other languages come as one JSON file. */

const messages = await loadCatalogue();

async function loadCatalogue() {
  const url = document.querySelector('meta[name="catalogue"]')?.content;
  if (!url) return {};
  const response = await fetch(url);
  return response.ok ? response.json() : {};
}

/** Language of the page. */
const language = document.documentElement.lang || "en";

/** How numbers and dates are written: as the person's browser does, if it speaks this language. */
export const locale = navigator.languages.find((one) => one.startsWith(language)) ?? language;

/**
 * Translate a text.
 * @param {string} text English, with {name} for values.
 * @param {Object<string, string|number>} values by name.
 */
export function t(text, values = {}) {
  return fill(messages[text] || text, values);
}

/**
 * Translate a text about a number of things; {n} stands for the number.
 * @param {string} one English singular.
 * @param {string} many English plural.
 * @param {number} n
 * @param {Object<string, string|number>} values others by name.
 */
export function tn(one, many, n, values = {}) {
  const forms = messages[one] || [one, many];
  const form = forms.length === 1 || n === 1 ? forms[0] : forms[1];
  return fill(form, { n: n.toLocaleString(locale), ...values });
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
