import { chartFunctions } from "../../../core/charts/functions/index.ts";
import type { ParameterType } from "../../../core/charts/template/values.ts";

/** What an expression is wanted for. Beside the types of parameters: texts that mean something to the function. */
export type Wanted = ParameterType | "key" | "format";

/** Functions whose result hangs on chance, on the moment, or on what takes too long to compute for every case. */
const unpredictable: ReadonlySet<string> = new Set([
  ..."randAlphaNum randAlpha randAscii randNumeric randBytes randInt shuffle uuidv4 now ago".split(" "),
  ..."genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert".split(" "),
  ..."genSignedCertWithKey buildCustomCert bcrypt htpasswd encryptAES derivePassword".split(" "),
]);

/** Functions of which expressions need a form of their own. */
const special: ReadonlySet<string> = new Set(["include", "tpl", "fail", "required", "keys", "values", "lookup", "call", "dict", "set", "unset", "printf"]);

/** Functions that are called as any other, by what is known of their results. */
export const plainFunctions: readonly string[] = [...chartFunctions.keys()]
  .filter((name) => !unpredictable.has(name) && !special.has(name))
  .sort();

const resultTypes: readonly (readonly [ParameterType, string])[] = [
  ["string", "trim upper lower title untitle trunc substr repeat trimAll trimSuffix nospace initials swapcase snakecase camelcase kebabcase wrap abbrev quote squote cat indent nindent replace plural toString join b64enc b64dec sha256sum toJson toPrettyJson toRawJson toYaml toToml print println printf html js urlquery typeOf kindOf regexFind regexReplaceAll base dir clean ext date urlJoin toYamlPretty duration seq"],
  ["int", "len int atoi"],
  ["int64", "int64 add sub mul div mod add1 max min toDecimal"],
  ["float64", "float64 addf subf mulf divf add1f maxf minf ceil floor round"],
  ["bool", "eq ne lt le gt ge not and or contains hasPrefix hasSuffix empty has hasKey kindIs typeIs deepEqual regexMatch any all semverCompare isAbs"],
  ["map", "merge mergeOverwrite pick omit fromYaml fromJson deepCopy urlParse fromToml"],
  ["list", "list append prepend concat rest initial reverse uniq without compact slice fromYamlArray fromJsonArray tuple"],
  ["time", "toDate mustToDate dateModify"],
];

const byResult = new Map<string, string[]>();
for (const [type, names] of resultTypes) byResult.set(type, names.split(" ").filter((name) => !special.has(name)));

/** Functions that give a value of a type; all of them where any will do. */
export function functionsGiving(type: Wanted): readonly string[] {
  return byResult.get(type) ?? plainFunctions;
}

/** What a function's arguments are for, where that is narrower than the type of the parameter. */
const narrower: Readonly<Record<string, readonly (Wanted | undefined)[]>> = {
  get: ["map", "key"],
  hasKey: ["map", "key"],
  pluck: ["key"],
  pick: ["map", "key"],
  omit: ["map", "key"],
  dig: ["key", "any", "map"],
  index: ["any", "any"],
  typeIs: [undefined, "any"],
};

/** Gives what each argument of one call is wanted for; the last parameter repeats up to `more` times. */
export function argumentsOf(name: string, more: number): Wanted[] {
  const target = chartFunctions.get(name);
  const { variadic } = target ?? {};
  const types: Wanted[] = [...(target?.parameters ?? [])];
  if (variadic !== undefined) types.push(...Array.from({ length: more }, () => variadic));
  return types.map((type, index) => narrower[name]?.[Math.min(index, (narrower[name]?.length ?? 1) - 1)] ?? type);
}
