import { chartFunctions } from "../../../core/charts/functions/index.ts";
import type { ParameterType } from "../../../core/charts/template/values.ts";

/** What an expression is wanted for. Beside the types of parameters: texts that mean something to the function. */
export type Wanted =
  | ParameterType
  | "key"
  | "format"
  | "number"
  | "moment"
  | "items"
  | "layout"
  | "pattern"
  | "duration"
  | "toml"
  | "url"
  | "zone"
  | "versionText"
  | "range"
  | "timeText"
  | "document";

/** Functions whose result hangs on chance, on the moment, or on what takes too long to compute for every case. */
const unpredictable: ReadonlySet<string> = new Set([
  ..."randAlphaNum randAlpha randAscii randNumeric randBytes randInt shuffle uuidv4 now ago".split(" "),
  ..."genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert".split(" "),
  ..."genSignedCertWithKey buildCustomCert bcrypt htpasswd encryptAES derivePassword".split(" "),
]);

/** Functions of which expressions need a form of their own. */
const special: ReadonlySet<string> = new Set([
  "include",
  "tpl",
  "fail",
  "required",
  "keys",
  "values",
  "lookup",
  "call",
  "dict",
  "set",
  "unset",
  "printf",
]);

/** Functions that are called as any other, by what is known of their results. */
export const plainFunctions: readonly string[] = [...chartFunctions.keys()]
  .filter((name) => !unpredictable.has(name) && !special.has(name))
  .sort();

const resultTypes: readonly (readonly [ParameterType, string])[] = [
  [
    "string",
    "trim upper lower title untitle trunc substr repeat trimAll trimSuffix nospace initials swapcase snakecase camelcase kebabcase wrap abbrev quote squote cat indent nindent replace plural toString join b64enc b64dec sha256sum toJson toPrettyJson toRawJson toYaml toToml print println printf html js urlquery typeOf kindOf regexFind regexReplaceAll base dir clean ext date urlJoin toYamlPretty duration seq",
  ],
  ["int", "len int atoi"],
  ["int64", "int64 add sub mul div mod add1 max min toDecimal"],
  ["float64", "float64 addf subf mulf divf add1f maxf minf ceil floor round"],
  [
    "bool",
    "eq ne lt le gt ge not and or contains hasPrefix hasSuffix empty has hasKey kindIs typeIs deepEqual regexMatch any all semverCompare isAbs",
  ],
  ["map", "merge mergeOverwrite pick omit fromYaml fromJson deepCopy urlParse fromToml"],
  [
    "list",
    "list append prepend concat rest initial reverse uniq without compact slice fromYamlArray fromJsonArray tuple",
  ],
  ["time", "toDate mustToDate dateModify"],
];

const byResult = new Map<string, string[]>();
const resultOf = new Map<string, ParameterType>();
for (const [type, names] of resultTypes) {
  byResult.set(
    type,
    names.split(" ").filter((name) => !special.has(name)),
  );
  for (const name of names.split(" ")) resultOf.set(name, type);
}

/** The type whose values a wish is fulfilled with. */
const typeOf: Partial<Record<Wanted, ParameterType>> = {
  key: "string",
  format: "string",
  layout: "string",
  pattern: "string",
  duration: "string",
  url: "string",
  zone: "string",
  versionText: "string",
  range: "string",
  timeText: "string",
  document: "string",
  number: "int64",
  items: "list",
  moment: "time",
};

/** Functions that give a value of a type; all of them where any will do. */
export function functionsGiving(wanted: Wanted): readonly string[] {
  return byResult.get(typeOf[wanted] ?? wanted) ?? plainFunctions;
}

/** What a function's arguments are for, where that is narrower than the types of its parameters; the last repeats. */
const narrower: ReadonlyMap<string, readonly Wanted[]> = new Map(
  Object.entries({
    get: ["map", "key"],
    hasKey: ["map", "key"],
    pluck: ["key", "map"],
    pick: ["map", "key"],
    omit: ["map", "key"],
    dig: ["key", "any", "map"],
    date: ["layout", "moment"],
    dateInZone: ["layout", "moment", "zone"],
    date_in_zone: ["layout", "moment", "zone"],
    htmlDate: ["moment"],
    htmlDateInZone: ["moment", "zone"],
    toDate: ["layout", "timeText"],
    mustToDate: ["layout", "timeText"],
    semver: ["versionText"],
    semverCompare: ["range", "versionText"],
    ...withArguments(["document"], "fromYaml fromYamlArray fromJson fromJsonArray"),
    ternary: ["any", "any", "bool"],
    join: ["string", "items"],
    sortAlpha: ["items"],
    concat: ["items"],
    chunk: ["int", "items"],
    has: ["any", "items"],
    slice: ["items", "int"],
    durationRound: ["string"],
    fromToml: ["toml"],
    urlParse: ["url"],
    ...withArguments(
      ["number"],
      "add add1 sub mul div mod max min biggest addf subf mulf divf add1f maxf minf ceil floor int int64 float64",
    ),
    ...withArguments(["number", "int", "float64"], "round"),
    ...withArguments(["items", "any"], "append push prepend without"),
    ...withArguments(["items"], "first last rest initial reverse uniq compact"),
    ...withArguments(
      ["pattern", "string", "string"],
      "regexMatch regexFind regexReplaceAll regexReplaceAllLiteral",
    ),
    ...withArguments(["pattern", "string", "int"], "regexFindAll regexSplit"),
    ...withArguments(
      ["duration"],
      "durationSeconds durationMinutes durationHours durationDays durationWeeks durationMilliseconds durationMicroseconds durationNanoseconds durationRoundTo durationTruncateTo mustToDuration duration",
    ),
  }),
);

/**
 * Functions that may take the result of another from a pipe. A moment can't come from there, since of another kind it
 * is now; what TOML's reader says of other texts than its own differs.
 */
export function functionsTaking(name: string): readonly string[] {
  return takersOf.get(resultOf.get(name)) ?? [];
}

const takersOf = new Map(
  [undefined, ...resultTypes.map(([type]) => type)].map((type) => [type, takers(type)]),
);

function takers(given: ParameterType | undefined): string[] {
  return plainFunctions.filter((other) => {
    const last = argumentsOf(other, 1).at(-1);
    if (last === undefined || last === "moment" || last === "toml") return false;
    if (other === "date" || other === "durationRound") return false;
    const taken = typeOf[last] ?? last;
    return given === undefined || taken === "any" || taken === "value" || taken === given;
  });
}

function withArguments(wanted: readonly Wanted[], names: string): Record<string, readonly Wanted[]> {
  const all = names.split(" ").flatMap((name) => [name, `must${name[0]?.toUpperCase()}${name.slice(1)}`]);
  return Object.fromEntries(all.map((name) => [name, wanted]));
}

/** Gives what each argument of one call is wanted for; the last parameter repeats up to `more` times. */
export function argumentsOf(name: string, more: number): Wanted[] {
  const target = chartFunctions.get(name);
  const { variadic } = target ?? {};
  const types: Wanted[] = [...(target?.parameters ?? [])];
  if (variadic !== undefined) types.push(...Array.from({ length: more }, () => variadic));
  const known = narrower.get(name) ?? [];
  return types.map((type, index) => {
    return known[Math.min(index, known.length - 1)] ?? (type === "exactInt" ? "int" : type);
  });
}
