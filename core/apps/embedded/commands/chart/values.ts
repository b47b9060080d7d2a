import { readFileSync } from "node:fs";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { decodeBytes, mergeMaps, readSetJson, readValues, type SetKind, setValues } from "@catalyst/charts";
import type { Arguments, Option } from "../../cli/command.ts";
import { readGiven } from "./files.ts";
import { getPublic } from "./transport.ts";

type Values = ReturnType<typeof readValues>;

/** The options that give a chart its values. */
export const valueOptions: Readonly<Record<string, Option>> = {
  values: {
    type: "string",
    short: "f",
    multiple: true,
    value: "FILE",
    help: "A YAML file with values, or its address; - for stdin",
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
  "set-file": {
    type: "string",
    multiple: true,
    value: "KEY=FILE",
    help: "A value that is a file's text, or an address'",
  },
};

/** The order in which the options win over each other, least first; it isn't the order they are written in. */
const sets: readonly (readonly [string, SetKind])[] = [
  ["set-json", "json"],
  ["set", "typed"],
  ["set-string", "string"],
  ["set-file", "file"],
  ["set-literal", "literal"],
];

/**
 * Puts together what the options give; files may be at an http(s) address that everybody may read. Throws
 * `chart-values-invalid` naming the file, `chart-file-unreadable`, `chart-set-invalid`, `chart-fetch-failed`.
 */
export async function valuesOf(given: Arguments, folder: string): Promise<Values> {
  let values: Values = new Map();
  const files = given.texts("values").flatMap((text) => (text === "" ? [] : text.split(",")));
  for (const file of files) values = mergeMaps(values, parse(await readText(file, folder), file));
  for (const [option, kind] of sets) {
    for (const text of given.texts(option)) {
      if (kind === "json" && text.trim().startsWith("{")) values = mergeMaps(values, readSetJson(text));
      else setValues(values, text, kind, await fileReader(text, kind, folder));
    }
  }
  return values;
}

/** Reads the files that a `--set-file` names; what lies at an address is fetched before. */
async function fileReader(text: string, kind: SetKind, folder: string): Promise<(path: string) => string> {
  const fetched = new Map<string, string>();
  if (kind === "file" && text.includes("://")) {
    const named: string[] = [];
    setValues(new Map(), text, kind, (path) => {
      named.push(path);
      return "";
    });
    for (const path of named.filter(isAddress)) fetched.set(path, await fetchFile(path));
  }
  return (path) => {
    try {
      // No name is the folder's own to Node, and none to Go.
      if (path === "") throw new Error("open : no such file or directory");
      return fetched.get(path) ?? decodeBytes(readGiven(folder, path));
    } catch (cause) {
      throw setFileInvalid(cause);
    }
  };
}

async function fetchFile(url: string): Promise<string> {
  try {
    return decodeBytes(await getPublic(url));
  } catch (cause) {
    throw setFileInvalid(cause);
  }
}

function setFileInvalid(cause: unknown): CatalystError {
  const message = `failed parsing --set-file data: ${errorMessage(cause)}`;
  return new CatalystError("chart-set-invalid", message, { cause });
}

async function readText(file: string, folder: string): Promise<string> {
  if (isAddress(file)) return decodeBytes(await getPublic(file));
  return decodeBytes(file.trim() === "-" ? readFileSync(0) : readGiven(folder, file));
}

function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
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
