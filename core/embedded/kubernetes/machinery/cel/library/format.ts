import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  labelValue,
  type NameRule,
  qualifiedName,
} from "../../validate/names.ts";
import { type Library, member, overload } from "../overload.ts";
import { listType, objectType, optionalType, stringType } from "../type.ts";
import { ListValue, OpaqueValue, OptionalValue } from "../value.ts";
import { parseTimestamp } from "./times.ts";
import { urlProblem } from "./url.ts";

const formatType = objectType("kubernetes.NamedFormat");

/** A named format of texts. */
export class FormatValue extends OpaqueValue {
  readonly type = formatType;
  readonly name: string;
  readonly check: NameRule;
  /** Costs go by it: how long the pattern is that checks it, or would. */
  readonly maxPatternSize: number;

  constructor(name: string, check: NameRule, maxPatternSize: number) {
    super();
    this.name = name;
    this.check = check;
    this.maxPatternSize = maxPatternSize;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
}

/** A prefix of a generated name may end in a dash. */
function prefix(rule: NameRule): NameRule {
  return (text) => rule(text.endsWith("-") && text.length > 1 ? `${text.slice(0, -1)}a` : text);
}

function unless(holds: (text: string) => boolean, message: string): NameRule {
  return (text) => (holds(text) ? [] : [message]);
}

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined;
}

const formats: ReadonlyMap<string, FormatValue> = new Map(
  [
    new FormatValue("dns1123Label", dnsLabel, 30),
    new FormatValue("dns1123Subdomain", dnsSubdomain, 60),
    new FormatValue("dns1035Label", dns1035Label, 30),
    new FormatValue("qualifiedName", qualifiedName, 60),
    new FormatValue("dns1123LabelPrefix", prefix(dnsLabel), 30),
    new FormatValue("dns1123SubdomainPrefix", prefix(dnsSubdomain), 60),
    new FormatValue("dns1035LabelPrefix", prefix(dns1035Label), 30),
    new FormatValue("labelValue", labelValue, 40),
    new FormatValue("uri", uri, 1103),
    new FormatValue(
      "uuid",
      unless((text) => uuid.test(text), "does not match the UUID format"),
      66,
    ),
    new FormatValue(
      "byte",
      unless((text) => base64.test(text), "invalid base64"),
      84,
    ),
    new FormatValue("date", unless(isDate, "invalid date"), 106),
    new FormatValue(
      "datetime",
      unless((text) => parseTimestamp(text) !== undefined, "invalid datetime"),
      106,
    ),
  ].map((format) => [format.name, format]),
);

function uri(text: string): readonly string[] {
  const problem = urlProblem(text);
  return problem === undefined ? [] : [problem];
}

/** Kubernetes' named formats. */
export const formatLibrary: Library = {
  validate: [
    member(
      "format-validate",
      [formatType, stringType],
      optionalType(listType(stringType)),
      (format: FormatValue, text: string) => {
        const faults = format.check(text);
        return faults.length === 0 ? OptionalValue.none : new OptionalValue(ListValue.of([...faults]));
      },
    ),
  ],
  "format.named": [
    overload(
      "format-named",
      [stringType],
      optionalType(formatType),
      (name: string) => new OptionalValue(formats.get(name)),
    ),
  ],
  ...Object.fromEntries(
    [...formats].map(([name, format]) => [
      `format.${name}`,
      [overload(`format.${name}`, [], formatType, () => format)],
    ]),
  ),
};
