/** What an unquoted scalar means in YAML 1.1 as Kubernetes' tools (go-yaml 2) read it. */
export type YamlScalar = string | number | bigint | boolean | null;

const words: ReadonlyMap<string, YamlScalar> = new Map<string, YamlScalar>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (word) => [word, Number.POSITIVE_INFINITY] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Go's strconv.ParseFloat takes underscores between digits. */
const dotFloat = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
/** As Go reads times by the layouts of go-yaml. */
const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](?:[01]\d|2[0-4]):(?:[0-5]\d|60))| +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const maxUint64 = 2n ** 64n - 1n;
const minInt64 = -(2n ** 63n);

/**
 * Reads an unquoted scalar. Integers outside JavaScript's safe range come as bigint; dates stay text, as
 * go-yaml gives them to untyped values.
 */
export function resolveScalar(text: string): YamlScalar {
  const first = text.charCodeAt(0);
  const isDigit = first >= 0x30 && first <= 0x39;
  if (!isDigit && !/^[-+.yYnNtTfFoO~]|^$/.test(text)) return text;
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith(".")) return resolveDotFloat(text) ?? text;
  if (!isDigit && first !== 0x2b && first !== 0x2d) return text;
  if (isYamlTimestamp(text)) return text;
  return resolveNumber(text) ?? text;
}

const oldWords = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;

/**
 * Reads an unquoted scalar as go-yaml 3 does, which Kustomize uses: `yes` and `on` are texts, and a date is
 * its RFC 3339 text.
 */
export function resolveScalarOfGoYaml3(text: string): YamlScalar {
  if (oldWords.test(text)) return text;
  const value = resolveScalar(text);
  return typeof value === "string" && isYamlTimestamp(value) ? toRfc3339(value) : value;
}

/** Gives a time as Go's time.RFC3339Nano does: a fraction has as many digits as it needs, and no zone is `Z`. */
function toRfc3339(text: string): string {
  const [date = "", time = "0:0:0"] = text.split(/[Tt]| +/);
  const [, hours = "", fraction = "", zone = ""] = /^([\d:]+)(?:[.,](\d+))?(.*)$/.exec(time) ?? [];
  const padded = (parts: string, separator: string) =>
    parts
      .split(separator)
      .map((part) => part.padStart(2, "0"))
      .join(separator);
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  return `${padded(date, "-")}T${padded(hours, ":")}${digits === "" ? "" : `.${digits}`}${zoneText(zone)}`;
}

function zoneText(zone: string): string {
  const [, sign = "", hours = "", minutes = ""] = /^([-+])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  if (offset === 0) return "Z";
  const two = (part: number) => String(part).padStart(2, "0");
  return `${sign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`;
}

/** Tells whether a text must be quoted to be read back as this text. */
export function needsQuotes(text: string): boolean {
  return typeof resolveScalar(text) !== "string" || isYamlTimestamp(text) || sexagesimal.test(text);
}

function resolveDotFloat(text: string): number | undefined {
  if (!dotFloat.test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  return Number.isFinite(number) ? number : undefined;
}

function resolveNumber(text: string): number | bigint | undefined {
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const match = integer.exec(plain);
  if (match !== null) {
    const [, sign, hex, binary, octal, decimal] = match;
    const value = BigInt(
      hex !== undefined
        ? `0x${hex}`
        : binary !== undefined
          ? `0b${binary}`
          : octal !== undefined
            ? `0o${octal}`
            : `${decimal}`,
    );
    const signed = sign === "-" ? -value : value;
    if (signed >= minInt64 && signed <= maxUint64) return narrow(signed);
  }
  if (!float.test(plain)) return undefined;
  const number = Number(plain);
  return Number.isFinite(number) ? number : undefined;
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Tells whether a text is a date or a time. */
export function isYamlTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (match === null) return false;
  const [, year, month, day, ...time] = match.map(Number);
  const [hour = 0, minute = 0, second = 0] = time.filter((part) => !Number.isNaN(part));
  const last = new Date(0);
  // Date.UTC takes years below 100 for ones of the last century.
  last.setUTCFullYear(year ?? 0, month ?? 0, 0);
  const days = last.getUTCDate();
  const inYear = (month ?? 0) >= 1 && (month ?? 0) <= 12 && (day ?? 0) >= 1 && (day ?? 0) <= days;
  return inYear && hour < 24 && minute < 60 && second < 60;
}
