import { SemVer } from "semver";
import { type Library, member, overload } from "../overload.ts";
import { boolType, intType, objectType, stringType } from "../type.ts";
import { fault, OpaqueValue } from "../value.ts";

const semverType = objectType("kubernetes.Semver");

class SemverValue extends OpaqueValue {
  readonly type = semverType;
  readonly version: SemVer;

  constructor(version: SemVer) {
    super();
    this.version = version;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && other.version.compare(this.version) === 0;
  }
}

function parse(text: string): SemVer | undefined {
  // The library minds neither a `v` nor spaces around; Kubernetes' parser does.
  if (!/^\d/.test(text) || text !== text.trim()) return undefined;
  try {
    return new SemVer(text);
  } catch {
    return undefined;
  }
}

/** Makes `v1`, `1.2` and `01.2.3` whole, as Kubernetes' normalizeAndParse. */
function parseNormalized(text: string): SemVer | undefined {
  const [major = "", minor, ...rest] = text.replace(/^v/, "").split(".");
  const parts = [
    major,
    ...(minor === undefined ? [] : [minor]),
    ...(rest.length > 0 ? [rest.join(".")] : []),
  ];
  if (parts.length < 3 && /[+-]/.test(parts.at(-1)!)) return undefined;
  const whole = parts.map((part) => part.replace(/^0+(?=\d)/, ""));
  while (whole.length < 3) whole.push("0");
  return parse(whole.join("."));
}

function toSemver(version: SemVer | undefined, text: string): SemverValue {
  if (version !== undefined) return new SemverValue(version);
  if (text === "") return fault("Version string empty");
  const parts = text.split(".").length;
  return fault(
    parts < 3 ? "No Major.Minor.Patch elements found" : `Invalid character(s) found in version "${text}"`,
  );
}

const two = [semverType, semverType];
type Pair = [SemverValue, SemverValue];

/** Kubernetes' functions of semantic versions. */
export const semverLibrary: Library = {
  semver: [
    overload("string_to_semver", [stringType], semverType, (text: string) => toSemver(parse(text), text)),
    overload(
      "string_bool_to_semver",
      [stringType, boolType],
      semverType,
      (text: string, normalize: boolean) => toSemver(normalize ? parseNormalized(text) : parse(text), text),
    ),
  ],
  isSemver: [
    overload("is_semver_string", [stringType], boolType, (text: string) => parse(text) !== undefined),
    overload(
      "is_semver_string_bool",
      [stringType, boolType],
      boolType,
      (text: string, normalize: boolean) => (normalize ? parseNormalized(text) : parse(text)) !== undefined,
    ),
  ],
  isGreaterThan: [
    member("semver_is_greater_than", two, boolType, (...[a, b]: Pair) => a.version.compare(b.version) === 1),
  ],
  isLessThan: [
    member("semver_is_less_than", two, boolType, (...[a, b]: Pair) => a.version.compare(b.version) === -1),
  ],
  compareTo: [
    member("semver_compare_to", two, intType, (...[a, b]: Pair) => BigInt(a.version.compare(b.version))),
  ],
  major: [member("semver_major", [semverType], intType, (value: SemverValue) => BigInt(value.version.major))],
  minor: [member("semver_minor", [semverType], intType, (value: SemverValue) => BigInt(value.version.minor))],
  patch: [member("semver_patch", [semverType], intType, (value: SemverValue) => BigInt(value.version.patch))],
};
