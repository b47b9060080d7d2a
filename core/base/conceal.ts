import { CatalystError, describeError } from "./errors.ts";

/** What stands in the place of a secret value. */
const mask = "(secret)";

/** A text shorter than this would hide half of any sentence, so it is only hidden where it stands by itself. */
const shortest = 4;

/**
 * Gives a function that takes secret texts out of a message, in every form in which a server or a chart quotes
 * them.
 */
export function concealer(secretTexts: readonly string[]): (message: string) => string {
  const forms = [...new Set(secretTexts.flatMap(formsOf))].filter((form) => form !== "");
  // the longest first: one secret may be part of another
  const hide = forms.sort((a, b) => b.length - a.length).map(hider);
  return (message) => hide.reduce((text, hideOne) => hideOne(text), message);
}

/** A long secret is searched for as it is: as a pattern it may be too large, and then the error would quote it. */
function hider(form: string): (text: string) => string {
  if (form.length >= shortest) return (text) => text.replaceAll(form, mask);
  const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "gu");
  return (text) => text.replace(pattern, mask);
}

function formsOf(text: string): string[] {
  const trimmed = text.trim();
  return [text, trimmed].flatMap((form) => [
    form,
    JSON.stringify(form).slice(1, -1),
    encodeURIComponent(form.toWellFormed()),
    Buffer.from(form, "utf8").toString("base64"),
  ]);
}

/** An error that quotes no secret value; the same one when it doesn't. */
export function concealedError(error: unknown, secretTexts: readonly string[]): unknown {
  const said = describeError(error);
  const message = concealer(secretTexts)(said);
  if (message === said) return error;
  // neither cause nor details go along: they may quote it as well
  return new CatalystError(error instanceof CatalystError ? error.code : "release-failed", message);
}
