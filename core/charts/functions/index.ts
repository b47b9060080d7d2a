import { builtinFunctions, type FunctionTable } from "../template/index.ts";
import type { GoFunction } from "../template/values.ts";
import { certificateFunctions } from "./certificates.ts";
import { cryptoFunctions } from "./crypto.ts";
import { dateFunctions } from "./dates.ts";
import { dictFunctions } from "./dicts.ts";
import { encodingFunctions } from "./encoding.ts";
import { flowFunctions } from "./flow.ts";
import { listFunctions } from "./lists.ts";
import { mathFunctions } from "./math.ts";
import { pathFunctions } from "./paths.ts";
import { randomFunctions } from "./random.ts";
import { regexFunctions } from "./regex.ts";
import { semverFunctions } from "./semver.ts";
import { stringFunctions } from "./strings.ts";
import { tomlFunctions } from "./toml.ts";
import { urlFunctions } from "./urls.ts";

/** The functions a chart's templates may call, by what they are about. */
export const functionGroups: readonly FunctionGroup[] = [
  { title: "Go's own", functions: [...builtinFunctions] },
  { title: "Texts", functions: stringFunctions },
  { title: "Lists", functions: listFunctions },
  { title: "Maps", functions: dictFunctions },
  { title: "Numbers", functions: mathFunctions },
  { title: "Encodings and digests", functions: encodingFunctions },
  { title: "Regular expressions", functions: regexFunctions },
  { title: "Versions", functions: semverFunctions },
  { title: "Chance", functions: randomFunctions },
  { title: "Certificates", functions: certificateFunctions },
  { title: "Keys and passwords", functions: cryptoFunctions },
  { title: "Times", functions: dateFunctions },
  { title: "TOML", functions: tomlFunctions },
  { title: "URLs", functions: urlFunctions },
  { title: "Paths", functions: pathFunctions },
  { title: "Flow and types", functions: flowFunctions },
];

export interface FunctionGroup {
  readonly title: string;
  readonly functions: readonly (readonly [string, GoFunction])[];
}

/** Every function a chart's templates may call: Go's own, sprig's and Helm's. A later one of a name wins. */
export const chartFunctions: FunctionTable = new Map(functionGroups.flatMap(({ functions }) => functions));
