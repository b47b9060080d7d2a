import semver from "semver";
import { CatalystError } from "./errors.ts";

/** A version range, compiled once. */
export interface VersionRange {
  readonly text: string;
  matches(version: string): boolean;
}

/**
 * Compiles a version range by Masterminds' rules (Helm's and Flux's): `,` or a space means and, `||` or;
 * a prerelease matches only where the range itself names a prerelease. Throws `version-range-invalid`.
 */
export function parseRange(text: string): VersionRange {
  const alternatives = text.split("||").map((part) =>
    part
      .split(/,|\s+(?=[\^~<>=!\d*xXv])/)
      .map((term) => term.trim())
      .filter((term) => term !== ""),
  );
  const tests = alternatives.map((terms) =>
    terms.length === 0 ? [compileTerm("*", text)] : terms.map((term) => compileTerm(term, text)),
  );
  return {
    text,
    matches: (version) => {
      const parsed = semver.parse(version);
      return parsed !== null && tests.some((all) => all.every((test) => test(parsed)));
    },
  };
}

/** Tells whether a version lies in a range. Throws `version-range-invalid`. */
export function satisfies(version: string, range: string): boolean {
  return parseRange(range).matches(version);
}

/** Orders versions, newest first; what isn't a version comes last. */
export function newestFirst(a: string, b: string): number {
  const left = semver.parse(a);
  const right = semver.parse(b);
  if (left === null || right === null) return left === right ? (a < b ? -1 : 1) : left === null ? 1 : -1;
  return semver.rcompare(left, right) || (a < b ? -1 : 1);
}

/** Tells whether a text is a whole semantic version. */
export function isVersion(text: string): boolean {
  return semver.valid(text) !== null && !text.startsWith("v");
}

/** Tells whether a version is stable: no prerelease part. */
export function isStable(version: string): boolean {
  const parsed = semver.parse(version);
  return parsed !== null && parsed.prerelease.length === 0;
}

function compileTerm(term: string, whole: string): (version: semver.SemVer) => boolean {
  const different = /^!=\s*(.*)$/.exec(term)?.[1];
  const range = rangeOf(different ?? term, whole);
  const namesPrerelease = /\d-[0-9A-Za-z]/.test(term);
  return (version) => {
    if (version.prerelease.length > 0 && !namesPrerelease) return false;
    return range.test(version) !== (different !== undefined);
  };
}

function rangeOf(term: string, whole: string): semver.Range {
  try {
    return new semver.Range(term, { includePrerelease: true });
  } catch (cause) {
    throw new CatalystError("version-range-invalid", `${JSON.stringify(whole)} is not a version range`, {
      cause,
      hint: "Write it like ^1.4, ~2.1.0 or >=1.2 <2.",
    });
  }
}
