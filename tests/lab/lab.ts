import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { build, programs } from "./build.ts";
import { componentFolder } from "./cache.ts";
import type { Component } from "./component.ts";
import { components } from "./components/index.ts";
import type { Running } from "./process.ts";

/** Components that run together, each in its own folder below one. */
export interface Lab {
  /** The folder of everything; removed by `stop` unless it was given. */
  readonly folder: string;
  readonly running: ReadonlyMap<string, Running>;
  /** Gives what a running component tells, such as its `url`. */
  fact(component: string, name: string): string;
  /** Stops them in reverse order of their start. */
  stop(): Promise<void>;
}

export interface LabOptions {
  /** Keeps the data here; by default in a folder that `stop` removes. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Further words of a component's command line, by its name; only where its definition takes them. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  onProgress?(text: string): void;
}

/** Finds a component by its name. Throws `lab-unknown` naming those there are. */
export function componentNamed(name: string): Component {
  const found = components.find((component) => component.name === name);
  if (found !== undefined) return found;
  throw new CatalystError("lab-unknown", `the lab has no ${name}`, {
    hint: `It has ${components.map((component) => component.name).join(", ")}.`,
  });
}

/**
 * Starts the named components and what they need, building what is missing. When one fails, those already
 * started are stopped. Throws as `build` and `startServer` do.
 */
export async function startLab(names: readonly string[], options: LabOptions = {}): Promise<Lab> {
  const signal = options.signal ?? new AbortController().signal;
  const set = inOrder(names);
  for (const component of set) await build(component);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "catalyst-lab-"));
  const running = new Map<string, Running>();
  const lab: Lab = {
    folder,
    running,
    fact: (component, name) => {
      const value = running.get(component)?.facts[name];
      if (value !== undefined) return value;
      throw new CatalystError("lab-fact-missing", `${component} tells no ${name}`);
    },
    stop: async () => {
      for (const component of [...running.values()].reverse()) await component.stop();
      running.clear();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const component of set) await startOne(component, lab, running, signal, options);
  } catch (error) {
    await lab.stop();
    throw error;
  }
  return lab;
}

async function startOne(
  component: Component,
  lab: Lab,
  running: Map<string, Running>,
  signal: AbortSignal,
  { onProgress, words }: LabOptions,
): Promise<void> {
  if (component.start === undefined) return;
  const started = performance.now();
  const folder = join(lab.folder, component.name);
  mkdirSync(folder, { recursive: true });
  running.set(
    component.name,
    await component.start({
      folder,
      signal,
      program: programPath,
      data: (name, path) => join(componentFolder(name, componentNamed(name).version), path),
      fact: lab.fact,
      words: words?.[component.name] ?? [],
    }),
  );
  onProgress?.(`${component.name} is ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Gives the path of a built component's program. Throws `lab-unknown` where no component has it. */
export function programPath(name: string): string {
  for (const component of components) {
    const path = programs(component)[name];
    if (path !== undefined) return path;
  }
  throw new CatalystError("lab-unknown", `no component of the lab has a program ${name}`);
}

/** Gives the named components and all they need, each after what it needs. */
function inOrder(names: readonly string[]): Component[] {
  const ordered: Component[] = [];
  const add = (name: string) => {
    const component = componentNamed(name);
    if (ordered.includes(component)) return;
    for (const needed of [...(component.uses ?? []), ...(component.after ?? [])]) add(needed);
    ordered.push(component);
  };
  names.forEach(add);
  return ordered;
}
