import { builtinFunctions, type FunctionTable } from "../template/index.ts";
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

/** Every function a chart's templates may call: Go's own, sprig's and Helm's. */
export const chartFunctions: FunctionTable = new Map([
  ...builtinFunctions,
  ...stringFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...mathFunctions,
  ...encodingFunctions,
  ...regexFunctions,
  ...semverFunctions,
  ...randomFunctions,
  ...certificateFunctions,
  ...cryptoFunctions,
  ...dateFunctions,
  ...tomlFunctions,
  ...urlFunctions,
  ...pathFunctions,
  ...flowFunctions,
]);
