import valid from "semver/functions/valid.js";
import { CatalystError } from "./errors.ts";
import { isLongerThan } from "./octets.ts";

/** A version as Masterminds' semver (Helm's, Flux's) reads it: `v1`, `1.2` and `1.02.3` count too. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Without its `-`; empty for a release. */
  readonly prerelease: string;
  /** Build metadata without its `+`. */
  readonly metadata: string;
  /** As it was written. */
  readonly original: string;
}

/** Longest text looked at: a longer one is no version anybody wrote. */
const lengthLimit = 256;

const pattern =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/**
 * Reads a version leniently, as Masterminds' NewVersion does. Throws `version-invalid`; the message is the
 * library's own text, which chart errors show.
 */
export function parseVersion(text: string): Version {
  if (isLongerThan(text, lengthLimit)) throw invalid(`version string is too long (max ${lengthLimit} bytes)`);
  const match = pattern.exec(text);
  if (match === null) throw invalid("invalid semantic version");
  const [, major, minor = "0", patch = "0", prerelease = "", metadata = ""] = match;
  const numbers = { major: segment(major), minor: segment(minor), patch: segment(patch) };
  if (prerelease.split(".").some((part) => /^0\d+$/.test(part))) {
    throw invalid("version segment starts with 0");
  }
  return { ...numbers, prerelease, metadata, original: text };
}

/** Reads a version leniently; undefined when it is none. */
export function tryParseVersion(text: string): Version | undefined {
  try {
    return parseVersion(text);
  } catch {
    return undefined;
  }
}

/** Orders two versions by semver precedence: below 0, 0 or above 0. Metadata doesn't count. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch) ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** Prints a version in full form: `1.2.0-rc.1+build`. */
export function printVersion(version: Version): string {
  const { major, minor, patch, prerelease, metadata } = version;
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** Orders version texts, newest first; what isn't a version comes last. */
export function newestFirst(a: string, b: string): number {
  const left = tryParseVersion(a);
  const right = tryParseVersion(b);
  if (left === undefined || right === undefined) {
    return left === right ? (a < b ? -1 : 1) : left === undefined ? 1 : -1;
  }
  return compareVersions(right, left) || (a < b ? -1 : 1);
}

/** Tells whether a text is a whole semantic version. */
export function isVersion(text: string): boolean {
  return valid(text) !== null && !text.startsWith("v");
}

/** Tells whether a version is stable: no prerelease part. */
export function isStable(version: string): boolean {
  return tryParseVersion(version)?.prerelease === "";
}

/** Compares prerelease parts; a release is newer than its prereleases. */
export function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "" || b === "") return a === "" ? 1 : -1;
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index];
    const other = right[index];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Orders two identifiers of a prerelease: numbers by value, and before texts. Source: semver.org, §11.4. Digits that
 * are no number of the library are a text to it.
 */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [parseNumber(a), parseNumber(b)];
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  if (left !== right) return left === undefined ? 1 : -1;
  return a < b ? -1 : Number(a > b);
}

function compareNumbers(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** The largest number of the library's, one of 64 bits. */
export const largestPart = 2n ** 64n - 1n;

function parseNumber(digits: string): bigint | undefined {
  if (!/^[0-9]+$/.test(digits)) return undefined;
  const number = BigInt(digits);
  return number > largestPart ? undefined : number;
}

function segment(text = ""): bigint {
  const number = parseNumber(text);
  if (number === undefined) {
    const problem = `strconv.ParseUint: parsing "${text}": value out of range`;
    throw invalid(`error parsing version segment: ${problem}`);
  }
  return number;
}

function invalid(message: string): CatalystError {
  return new CatalystError("version-invalid", message, { hint: "Write it like 1.2.3." });
}
