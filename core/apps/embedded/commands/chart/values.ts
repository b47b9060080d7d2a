import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { mergeMaps, readValues, type SetKind, setValues } from "@catalyst/charts";
import type { Arguments, Option } from "../../cli/command.ts";

type Values = ReturnType<typeof readValues>;

/** The options that give a chart its values. */
export const valueOptions: Readonly<Record<string, Option>> = {
  values: {
    type: "string",
    short: "f",
    multiple: true,
    value: "FILE",
    help: "A YAML file with values, - for stdin",
  },
  "set-json": { type: "string", multiple: true, value: "KEY=JSON", help: "A value as JSON" },
  set: { type: "string", multiple: true, value: "KEY=VALUE", help: "A value, as helm reads it" },
  "set-string": { type: "string", multiple: true, value: "KEY=VALUE", help: "A value that stays text" },
  "set-literal": {
    type: "string",
    multiple: true,
    value: "KEY=TEXT",
    help: "A value that is all that follows",
  },
  "set-file": { type: "string", multiple: true, value: "KEY=FILE", help: "A value that is a file's text" },
};

/** The order in which the options win over each other, least first; it isn't the order they are written in. */
const sets: readonly (readonly [string, SetKind])[] = [
  ["set-json", "json"],
  ["set", "typed"],
  ["set-string", "string"],
  ["set-file", "file"],
  ["set-literal", "literal"],
];

/** Puts together what the options give. Throws `chart-values-invalid` naming the file, or `chart-set-invalid`. */
export function valuesOf(given: Arguments, folder: string): Values {
  let values: Values = new Map();
  for (const file of given.texts("values").flatMap((text) => text.split(",")))
    values = mergeMaps(values, valuesIn(file, folder));
  for (const [option, kind] of sets) {
    for (const text of given.texts(option)) {
      if (kind === "json" && text.trim().startsWith("{")) values = mergeMaps(values, parseSet(text));
      else setValues(values, text, kind, (path) => readFileSync(resolve(folder, path), "utf8"));
    }
  }
  return values;
}

function valuesIn(file: string, folder: string): Values {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : resolve(folder, file), "utf8");
  } catch (cause) {
    throw new CatalystError("chart-values-invalid", `${file} can't be read: ${errorMessage(cause)}`, {
      cause,
    });
  }
  return parse(text, file);
}

function parseSet(json: string): Values {
  try {
    JSON.parse(json);
  } catch (cause) {
    throw new CatalystError("chart-set-invalid", `failed parsing --set-json data JSON: ${json}`, { cause });
  }
  return parse(json, "--set-json");
}

function parse(text: string, source: string): Values {
  try {
    return readValues(text);
  } catch (cause) {
    throw new CatalystError("chart-values-invalid", `failed to parse ${source}: ${errorMessage(cause)}`, {
      cause,
    });
  }
}
