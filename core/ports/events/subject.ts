import { CatalystError } from "@catalyst/base/errors";

/**
 * Encodes one subject token: letters, digits, `-` and `_` stay, anything else becomes `=XX` per UTF-8 byte
 * (NATS reserves `.`, `*`, `>` and white space). An empty token is `=`.
 */
export function encodeToken(text: string): string {
  if (text === "") return "=";
  return text.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    [...Buffer.from(character, "utf8")]
      .map((byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`)
      .join(""),
  );
}

/** Reverses encodeToken. */
export function decodeToken(token: string): string {
  if (token === "=") return "";
  const bytes = token.replace(/=([0-9A-F]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Joins tokens to a subject, each encoded. */
export function subjectOf(...tokens: readonly string[]): string {
  if (tokens.length === 0) throw new CatalystError("event-subject-empty", "a subject has at least one token");
  return tokens.map(encodeToken).join(".");
}

/** Tells whether a subject matches a filter in which `*` is any one token and a last `>` the rest. */
export function subjectMatches(filter: string, subject: string): boolean {
  const wanted = filter.split(".");
  const given = subject.split(".");
  for (const [index, token] of wanted.entries()) {
    if (token === ">") return given.length > index;
    if (given[index] === undefined || (token !== "*" && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}
