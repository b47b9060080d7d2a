import { authorizerLibrary } from "./library/authorizer.ts";
import { cidrLibrary } from "./library/cidr.ts";
import { conversionLibrary } from "./library/conversions.ts";
import { formatLibrary } from "./library/format.ts";
import { ipLibrary } from "./library/ip.ts";
import { listLibrary } from "./library/lists.ts";
import { operatorLibrary } from "./library/operators.ts";
import { optionalLibrary } from "./library/optionals.ts";
import { quantityLibrary } from "./library/quantity.ts";
import { regexLibrary } from "./library/regex.ts";
import { semverLibrary } from "./library/semver.ts";
import { setLibrary } from "./library/sets.ts";
import { textLibrary } from "./library/texts.ts";
import { timeLibrary } from "./library/times.ts";
import { urlLibrary } from "./library/url.ts";
import type { Library, Overload } from "./overload.ts";
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from "./type.ts";

/**
 * Kubernetes' functions, those of its 1.36 `environment/base.go`: neither `math` nor `base64` are among them.
 * A function's meanings stand in cel-go's order: error messages and results depend on it.
 */
const functions = joined([
  operatorLibrary,
  conversionLibrary,
  timeLibrary,
  optionalLibrary,
  textLibrary,
  regexLibrary,
  listLibrary,
  setLibrary,
  urlLibrary,
  ipLibrary,
  cidrLibrary,
  quantityLibrary,
  semverLibrary,
  formatLibrary,
  authorizerLibrary,
]);

const types: ReadonlyMap<string, CelType> = new Map(
  [
    boolType,
    intType,
    uintType,
    doubleType,
    stringType,
    bytesType,
    nullType,
    timestampType,
    durationType,
    typeType,
    listType(dynType),
    mapType(dynType, dynType),
    optionalType(dynType),
  ].map((type) => [type.name, type]),
);

function joined(libraries: readonly Library[]): ReadonlyMap<string, readonly Overload[]> {
  const all = new Map<string, readonly Overload[]>();
  for (const library of libraries) {
    for (const [name, overloads] of Object.entries(library)) {
      all.set(name, [...(all.get(name) ?? []), ...overloads]);
    }
  }
  return all;
}

/** What expressions of some places may name besides. */
export interface Extension {
  readonly functions: Library;
  struct(name: string): ((field: string) => CelType | undefined) | undefined;
}

/** What an expression may name: Kubernetes' functions and types, and variables of its place. */
export class Environment {
  readonly #variables: ReadonlyMap<string, CelType>;
  readonly #extension: Extension | undefined;

  constructor(variables: Readonly<Record<string, CelType>>, extension?: Extension) {
    this.#variables = new Map(Object.entries(variables));
    this.#extension = extension;
  }

  variable(name: string): CelType | undefined {
    return this.#variables.get(name);
  }

  functions(name: string): readonly Overload[] | undefined {
    return functions.get(name) ?? this.#extension?.functions[name];
  }

  /** The types of the fields of a struct an expression may make; undefined when there is no such struct. */
  struct(name: string): ((field: string) => CelType | undefined) | undefined {
    return this.#extension?.struct(name);
  }

  typeNamed(name: string): CelType | undefined {
    return types.get(name);
  }
}
