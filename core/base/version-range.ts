import { CatalystError } from "./errors.ts";
import { isLongerThan } from "./octets.ts";
import {
  comparePrereleases,
  compareVersions,
  parseVersion,
  tryParseVersion,
  type Version,
} from "./version.ts";

/** A version range, compiled once. */
export interface VersionRange {
  readonly text: string;
  matches(version: string | Version): boolean;
}

/** One comparison of a range. The wildcards say which parts were left out or written as `x`. */
interface Term {
  readonly operator: string;
  readonly version: Version;
  readonly anyMajor: boolean;
  readonly anyMinor: boolean;
  readonly anyPatch: boolean;
}

/** Limits of Masterminds' semver; they also bound the time a hostile range takes (security case 10). */
const lengthLimit = 512;
const alternativesLimit = 32;

const operators: ReadonlySet<string> = new Set([
  "",
  "=",
  "!=",
  ">",
  "<",
  ">=",
  "=>",
  "<=",
  "=<",
  "~",
  "~>",
  "^",
]);

const part = "[0-9|xX*]+";
const extra = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const versionText = `v?(${part})(?:\\.(${part}))?(?:\\.(${part}))?(?:-(${extra}))?(?:\\+(${extra}))?`;
/** White space of Go's patterns, which is that of ASCII. */
const space = "[\\t\\n\\f\\r ]";
const termPattern = new RegExp(`([=!<>~^]*)${space}*${versionText}`, "y");
/** With the white space around it, which goes. */
const hyphenRange = new RegExp(`${space}*(${versionText})${space}+-${space}+(${versionText})${space}*`, "g");
const wildcard = /^[xX*]$/;

/**
 * Compiles a version range by Masterminds' rules (Helm's and Flux's): a comma or space means and, `||` or;
 * a missing part is a wildcard; a prerelease matches only where its group names a prerelease. Throws
 * `version-range-invalid` with what Masterminds' library says in `details.problem`,
 * and in `details.group` of what, when it isn't of the whole.
 */
export function parseRange(text: string): VersionRange {
  if (isLongerThan(text, lengthLimit)) {
    const problem = `constraint string is too long (max ${lengthLimit} bytes)`;
    throw invalid(text, `it is longer than ${lengthLimit} characters`, problem);
  }
  const groups = rewriteHyphens(text).split("||");
  if (groups.length > alternativesLimit) {
    const problem = `too many constraint groups (max ${alternativesLimit})`;
    throw invalid(text, `it has more than ${alternativesLimit} alternatives`, problem);
  }
  const alternatives = groups.map((group) => compileGroup(group, text));
  return {
    text,
    matches: (candidate) => {
      const version = typeof candidate === "string" ? tryParseVersion(candidate) : candidate;
      return version !== undefined && alternatives.some((matches) => matches(version));
    },
  };
}

/** Tells whether a version lies in a range. Throws `version-range-invalid`. */
export function satisfies(version: string, range: string): boolean {
  return parseRange(range).matches(version);
}

/** `1.2 - 1.4` means `>= 1.2, <= 1.4`. */
function rewriteHyphens(text: string): string {
  if (!/[\t\n\f\r ]-[\t\n\f\r ]/.test(text)) return text;
  return text.replace(hyphenRange, (_all, from: string, ...rest: string[]) => `>= ${from}, <= ${rest[5]} `);
}

function compileGroup(group: string, text: string): (version: Version) => boolean {
  const terms = readTerms(group);
  if (terms === undefined) throw invalid(text, "it is malformed", "improper constraint", group);
  if (terms === "no version") throw invalid(text, "a part of it is no version", "constraint parser error");
  const namesPrerelease = terms.some((term) => term.version.prerelease !== "");
  return (version) => {
    if (version.prerelease !== "" && !namesPrerelease) return false;
    return terms.every((term) => holds(term, version));
  };
}

/** Reads terms separated by spaces or one comma; undefined when the group isn't made of them. */
function readTerms(group: string): Term[] | "no version" | undefined {
  const terms: Term[] = [];
  let hasNoVersion = false;
  let at = skipSpaces(group, 0);
  while (at < group.length || (terms.length === 0 && !hasNoVersion)) {
    termPattern.lastIndex = at;
    const match = termPattern.exec(group);
    const term = match === null ? undefined : readTerm(match);
    if (term === undefined) return undefined;
    if (term === "no version") hasNoVersion = true;
    else terms.push(term);
    const end = termPattern.lastIndex;
    at = skipSpaces(group, end);
    if (group[at] === ",") {
      at = skipSpaces(group, at + 1);
      if (at === group.length) return undefined;
    } else if (at === end && at < group.length) {
      return undefined;
    }
  }
  return hasNoVersion ? "no version" : terms;
}

function readTerm(match: RegExpExecArray): Term | "no version" | undefined {
  const [, operator = "", major = "", minor, patch, prerelease] = match;
  if (!operators.has(operator)) return undefined;
  const anyMajor = wildcard.test(major);
  const anyMinor = !anyMajor && (minor === undefined || wildcard.test(minor));
  const anyPatch = !anyMajor && !anyMinor && (patch === undefined || wildcard.test(patch));
  const numbers = [
    anyMajor ? "0" : major,
    anyMajor || anyMinor ? "0" : minor,
    anyMajor || anyMinor || anyPatch ? "0" : patch,
  ];
  try {
    const version = parseVersion(numbers.join(".") + (prerelease === undefined ? "" : `-${prerelease}`));
    return { operator, version, anyMajor, anyMinor, anyPatch };
  } catch {
    return "no version";
  }
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (/[\t\n\f\r ]/.test(text[at] ?? "")) at++;
  return at;
}

function holds(term: Term, version: Version): boolean {
  const order = compareVersions(version, term.version);
  const isPartial = term.anyMajor || term.anyMinor || term.anyPatch;
  switch (term.operator) {
    case "":
    case "=":
      return isPartial ? holdsTilde(term, version) : order === 0;
    case "!=":
      return differs(term, version);
    case ">":
      return isPartial ? isAbove(term, version) : order > 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
    case "=<":
      return isPartial ? isUpTo(term, version) : order <= 0;
    case "^":
      return order >= 0 && holdsCaret(term, version);
    default:
      return holdsTilde(term, version);
  }
}

function differs(term: Term, version: Version): boolean {
  const { major, minor, prerelease } = term.version;
  if (!term.anyMajor && !term.anyMinor && !term.anyPatch) return compareVersions(version, term.version) !== 0;
  if (major !== version.major) return true;
  if (term.anyMinor) return false;
  if (minor !== version.minor) return true;
  if (!term.anyPatch) return version.patch !== 0n || compareVersions(version, term.version) !== 0;
  return comparePrereleases(version.prerelease, prerelease) !== 0;
}

/** `>11` wants 12, `>11.1` wants 11.2. */
function isAbove(term: Term, version: Version): boolean {
  if (version.major !== term.version.major) return version.major > term.version.major;
  if (term.anyMinor) return false;
  return term.anyPatch ? version.minor > term.version.minor : compareVersions(version, term.version) > 0;
}

/** `<=11` takes every 11.x, `<=11.1` every 11.1.x. */
function isUpTo(term: Term, version: Version): boolean {
  if (version.major !== term.version.major) return version.major < term.version.major;
  return term.anyMinor || version.minor <= term.version.minor;
}

/** `~1.2.3` keeps major and minor, `~1` only major; `~0.0.0` and `*` take anything. */
function holdsTilde(term: Term, version: Version): boolean {
  const { major, minor, patch } = term.version;
  if (compareVersions(version, term.version) < 0) return false;
  if (major === 0n && minor === 0n && patch === 0n && !term.anyMinor && !term.anyPatch) return true;
  return version.major === major && (term.anyMinor || version.minor === minor);
}

/** `^` keeps the leftmost part that isn't zero. The order has been checked. */
function holdsCaret(term: Term, version: Version): boolean {
  const { major, minor, patch } = term.version;
  if (major > 0n || term.anyMinor) return version.major === major;
  if (version.major > 0n) return false;
  if (minor > 0n || term.anyPatch) return version.minor === minor;
  return version.minor === 0n && version.patch === patch;
}

/** `problem` is what Masterminds' library says of it, or of one group of it. */
function invalid(text: string, reason: string, problem: string, group?: string): CatalystError {
  return new CatalystError(
    "version-range-invalid",
    `${JSON.stringify(text)} is not a version range: ${reason}`,
    {
      hint: "Write it like ^1.4, ~2.1.0 or >=1.2 <2.",
      details: group === undefined ? { problem } : { problem, group },
    },
  );
}
