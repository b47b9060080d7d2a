import { quote } from "@catalyst/base/go-quote";
import { goRegexp } from "@catalyst/base/go-regexp";
import { addressProblem } from "../functions/ip-address.ts";
import { parseUrl } from "../functions/url-parse.ts";
import { type Check, firstOf, messageOf, within } from "./format-check.ts";
import { quoted } from "./problems.ts";
import { date, dateTime, duration, period, time } from "./time-formats.ts";

/**
 * Checks a text against `format`, which drafts before 2019 ask for; unknown formats take everything. Gives the sentence
 * of Helm's library.
 */
export function checkFormat(name: string, value: unknown): string | undefined {
  const check = formats.get(name);
  if (check === undefined || typeof value !== "string") return undefined;
  const problem = check(value);
  return problem === undefined ? undefined : `${quoted(value)} is not valid ${name}: ${problem}`;
}

function ipv4(text: string): string | undefined {
  const groups = text.split(".");
  if (groups.length !== 4) return "expected four decimals";
  for (const group of groups) {
    if (group.length > 1 && group.startsWith("0")) return "leading zeros";
    if (!/^[-+]?\d+$/.test(group)) return `strconv.Atoi: parsing ${quote(group)}: invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return "decimal must be between 0 and 255";
  }
  return undefined;
}

function ipv6(text: string): string | undefined {
  if (!text.includes(":")) return "missing colon";
  return addressProblem(text) ?? (text.includes("%") ? "zone id is not a part of ipv6 address" : undefined);
}

function hostname(text: string): string | undefined {
  const name = text.replace(/\.$/, "");
  if (name.length > 253) return "more than 253 characters long";
  for (const label of name.split(".")) {
    const strange = /[^a-zA-Z0-9-]/u.exec(label)?.[0];
    const problem = firstOf(
      [label.length < 1 || Buffer.byteLength(label) > 63, "label must be 1 to 63 characters long"],
      [label.startsWith("-"), "label starts with hyphen"],
      [label.endsWith("-"), "label ends with hyphen"],
      [strange !== undefined, `invalid character ${quoted(strange ?? "")}`],
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function email(text: string): string | undefined {
  if (text.length > 254) return "more than 255 characters long";
  const at = text.lastIndexOf("@");
  if (at < 0) return "missing @";
  return localPart(text.slice(0, at)) ?? domain(text.slice(at + 1));
}

function localPart(local: string): string | undefined {
  if (local.length > 64) return "local part more than 64 characters long";
  if (/^".*"$/s.test(local) && local.length > 1) {
    return /[\\"]/.test(local.slice(1, -1))
      ? "backslash and quote are not allowed within quoted local part"
      : undefined;
  }
  const strange = /[^a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]/u.exec(local)?.[0];
  return firstOf(
    [local.startsWith("."), "starts with dot"],
    [local.endsWith("."), "ends with dot"],
    [local.includes(".."), "consecutive dots"],
    [strange !== undefined, `invalid character ${quoted(strange ?? "")}`],
  );
}

function domain(text: string): string | undefined {
  const address = /^\[(.*)\]$/.exec(text)?.[1];
  if (address === undefined) return within("invalid domain: ", hostname(text));
  return address.startsWith("IPv6:")
    ? within("invalid ipv6 address: ", ipv6(address.slice("IPv6:".length)))
    : within("invalid ipv4 address: ", ipv4(address));
}

function uuid(text: string): string | undefined {
  const lengths = [8, 4, 4, 4, 12];
  const groups = text.split("-");
  if (groups.length !== lengths.length) return `must have ${lengths.length} elements`;
  for (const [index, group] of groups.entries()) {
    if (group.length !== lengths[index])
      return `element ${index + 1} must be ${lengths[index]} characters long`;
    const strange = /[^0-9a-fA-F]/u.exec(group)?.[0];
    if (strange !== undefined) return `non-hex character ${quoted(strange)}`;
  }
  return undefined;
}

function jsonPointer(text: string): string | undefined {
  if (text === "") return undefined;
  if (!text.startsWith("/")) return "not starting with /";
  return /~(?![01])/.test(text) ? "~ must be followed by 0 or 1" : undefined;
}

function relativeJsonPointer(text: string): string | undefined {
  const digits = /^\d*/.exec(text)?.[0] ?? "";
  if (digits === "") return "must start with non-negative integer";
  if (digits.length > 1 && digits.startsWith("0")) return "starts with zero";
  const rest = text.slice(digits.length);
  return rest === "#" ? undefined : jsonPointer(rest);
}

function uriReference(text: string): string | undefined {
  return text.includes("\\") ? "contains \\" : messageOf(() => parseUrl(text));
}

function uri(text: string): string | undefined {
  return messageOf(() => {
    if (parseUrl(text).scheme === "") throw new Error("relative url");
  });
}

function semver(text: string): string | undefined {
  const [beforeBuild = "", build] = cut(text, "+");
  if (build === "") return "build is empty";
  const [core = "", prerelease] = cut(beforeBuild, "-");
  return (
    identifiers(build, "build identifier", false) ??
    identifiers(prerelease, "pre-release identifier", true) ??
    versionCore(core.split("."))
  );
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function identifiers(text: string | undefined, what: string, isOrdered: boolean): string | undefined {
  for (const one of text?.split(".") ?? []) {
    if (one === "") return `${what} is empty`;
    const strange = /[^0-9a-zA-Z-]/u.exec(one)?.[0];
    if (strange !== undefined) return `invalid character ${quoted(strange)} in ${what}`;
    if (isOrdered && /^0\d+$/.test(one)) return "pre-release numeric identifier starts with zero";
  }
  return undefined;
}

function versionCore(parts: readonly string[]): string | undefined {
  if (parts.length !== 3) return "versionCore must have 3 numbers separated by dot";
  for (const [index, name] of ["major", "minor", "patch"].entries()) {
    const part = parts[index] ?? "";
    if (part === "") return `${name} is empty`;
    if (part.length > 1 && part.startsWith("0")) return `${name} starts with zero`;
    if (/\D/.test(part)) return `${name} contains non-digit`;
  }
  return undefined;
}

const formats: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["json-pointer", jsonPointer],
  ["relative-json-pointer", relativeJsonPointer],
  ["uuid", uuid],
  ["duration", duration],
  ["period", period],
  ["ipv4", ipv4],
  ["ipv6", ipv6],
  ["hostname", hostname],
  ["email", email],
  ["date", date],
  ["time", time],
  ["date-time", dateTime],
  ["uri", uri],
  ["iri", uri],
  ["uri-reference", uriReference],
  ["iri-reference", uriReference],
  ["uri-template", (text) => messageOf(() => parseUrl(text))],
  ["semver", semver],
  ["regex", (text) => messageOf(() => goRegexp(text))],
]);
