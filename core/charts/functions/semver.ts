import { CatalystError } from "@catalyst/base/errors";
import {
  compareVersions,
  largestPart,
  parseVersion,
  printVersion,
  type Version,
} from "@catalyst/base/version";
import { parseRange } from "@catalyst/base/version-range";
import { quote } from "../template/quoting.ts";
import { fixed, GoError, type GoFunction, GoObject, Integer, int64, type Value } from "../template/values.ts";

export const semverFunctions: readonly (readonly [string, GoFunction])[] = [
  ["semver", fixed(["string"], ([text]) => new SemanticVersion(read(text)))],
  ["semverCompare", fixed(["string", "string"], ([range, text]) => compare(range, text))],
];

function read(text: string): Version {
  try {
    return parseVersion(text);
  } catch (error) {
    throw new GoError(error instanceof Error ? error.message : String(error));
  }
}

function compare(range: string, text: string): boolean {
  try {
    const compiled = parseRange(range);
    return compiled.matches(read(text));
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    const { problem, group } = error.details ?? {};
    const what = String(problem ?? error.message);
    throw new GoError(typeof group === "string" ? `${what}: ${quote(group)}` : what);
  }
}

const other = (change: (version: Version) => Partial<Version>, version: Version) =>
  fixed([], () => {
    const changed = { ...version, metadata: "", prerelease: "", ...change(version) };
    const prefix = version.original.startsWith("v") ? "v" : "";
    return new SemanticVersion({ ...changed, original: prefix + printVersion(changed) }, false);
  });

function next(version: Version, part: "major" | "minor" | "patch"): bigint {
  if (version[part] === largestPart) throw new GoError(`${part} version increment would overflow uint64`);
  return version[part] + 1n;
}

/** What `semver` gives: Masterminds' *semver.Version; what comes next after one is no pointer. */
class SemanticVersion extends GoObject {
  override readonly goType: string;
  override readonly isPointer: boolean;
  readonly #version: Version;

  constructor(version: Version, isPointer = true) {
    super();
    this.#version = version;
    this.isPointer = isPointer;
    this.goType = isPointer ? "*semver.Version" : "semver.Version";
  }

  override method(name: string): GoFunction | undefined {
    const version = this.#version;
    switch (name) {
      case "Major":
      case "Minor":
      case "Patch":
        return fixed([], () => new Integer(version[partNames[name]], "uint64"));
      case "Prerelease":
        return fixed([], () => version.prerelease);
      case "Metadata":
        return fixed([], () => version.metadata);
      case "String":
        return fixed([], () => printVersion(version));
      case "IncMajor":
        return other((v) => ({ major: next(v, "major"), minor: 0n, patch: 0n }), version);
      case "IncMinor":
        return other((v) => ({ minor: next(v, "minor"), patch: 0n }), version);
      case "IncPatch":
        return other((v) => (v.prerelease === "" ? { patch: next(v, "patch") } : {}), version);
      default:
        return this.isPointer ? pointerMethod(version, name) : undefined;
    }
  }

  override fields(): readonly (readonly [string, Value])[] {
    const { major, minor, patch, prerelease, metadata, original } = this.#version;
    const part = (value: bigint) => new Integer(value, "uint64");
    return [
      ["major", part(major)],
      ["minor", part(minor)],
      ["patch", part(patch)],
      ["pre", prerelease],
      ["metadata", metadata],
      ["original", original],
    ];
  }

  override print(): string {
    return printVersion(this.#version);
  }

  /** None of the fields is exported, so that nothing remains. */
  override copy(): GoObject {
    const nothing = { major: 0n, minor: 0n, patch: 0n, prerelease: "", metadata: "", original: "" };
    return new SemanticVersion(nothing, this.isPointer);
  }

  override toJson(): Value {
    return printVersion(this.#version);
  }

  /** The version itself, for comparisons. */
  get version(): Version {
    return this.#version;
  }
}

/** The methods only a pointer to a version has. */
function pointerMethod(version: Version, name: string): GoFunction | undefined {
  switch (name) {
    case "Original":
      return fixed([], () => version.original);
    case "Compare":
      return fixed(["version"], ([b]) => int(order(version, b)));
    case "Equal":
      return fixed(["version"], ([b]) => order(version, b) === 0);
    case "LessThan":
      return fixed(["version"], ([b]) => order(version, b) < 0);
    case "LessThanEqual":
      return fixed(["version"], ([b]) => order(version, b) <= 0);
    case "GreaterThan":
      return fixed(["version"], ([b]) => order(version, b) > 0);
    case "GreaterThanEqual":
      return fixed(["version"], ([b]) => order(version, b) >= 0);
    default:
      return undefined;
  }
}

const partNames = { Major: "major", Minor: "minor", Patch: "patch" } as const;

function order(a: Version, b: GoObject): number {
  return b instanceof SemanticVersion ? Math.sign(compareVersions(a, b.version)) : 0;
}

function int(value: number): Integer {
  return new Integer(int64(value).value, "int");
}
