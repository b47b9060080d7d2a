import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isObject } from "@catalyst/base/json";
import { EnvironmentError } from "../cli/errors.ts";
import { dataFolder } from "./data-folder.ts";

/** A Sovereign that runs on a data folder, as it says itself. */
export interface RunningNote {
  readonly pid: number;
  readonly origin: string;
  readonly kubernetesPort: number;
}

/** Finds the Sovereign that runs on a data folder; undefined when none does. */
export async function findRunning(root: string): Promise<RunningNote | undefined> {
  const text = await readFile(dataFolder(root).running, "utf8").catch(() => undefined);
  const note = parsed(text ?? "");
  if (!isObject(note) || typeof note["pid"] !== "number" || !isAlive(note["pid"])) return undefined;
  return note as unknown as RunningNote;
}

/** A note that a start was cut off while writing tells nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As findRunning. Throws EnvironmentError when none runs. */
export async function requireRunning(root: string): Promise<RunningNote> {
  const note = await findRunning(root);
  if (note === undefined)
    throw new EnvironmentError(`no Sovereign runs on ${root}`, { hint: "Start one with ./catalyst up." });
  return note;
}

/**
 * Refuses a second start on one folder with the address of the first, before a port that both want is
 * blamed. The folder's lock decides; this only says it better. Throws EnvironmentError.
 */
export async function refuseIfRunning(root: string): Promise<void> {
  const note = await findRunning(root);
  if (note === undefined || !(await answers(note))) return;
  throw new EnvironmentError(`${root} is in use by the Sovereign at ${note.origin}`, {
    hint: "Sign in with ./catalyst open, or stop it with ./catalyst down.",
  });
}

/** A process id is used again after a crash: whoever has it now need not be a Sovereign. */
async function answers({ origin }: RunningNote): Promise<boolean> {
  return fetch(`${origin}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

/** Calls the API of a running Sovereign as `admin`. */
export async function callAsAdmin(
  root: string,
  note: RunningNote,
  method: string,
  path: string,
): Promise<unknown> {
  const token = (await readFile(dataFolder(root).adminToken, "utf8")).trim();
  const response = await fetch(`${note.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  const document: unknown = await response.json();
  if (!response.ok)
    throw new EnvironmentError(
      `the Sovereign answered ${response.status}: ${isObject(document) ? String(document["title"]) : ""}`,
    );
  return document;
}

/** The data folder a command is about. */
export function dataOption(folder: string, given: string | undefined): string {
  return resolve(folder, given ?? ".catalyst");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
