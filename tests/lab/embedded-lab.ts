import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openSubject, type SubjectOptions } from "../conformance/clusters.ts";
import { programPath } from "./lab.ts";
import { answers, freePort, type Running, startServer } from "./process.ts";

const run = promisify(execFile);

/** The embedded cluster in a process of its own, kubectl for it, and others' programs beside it. */
export interface EmbeddedLab {
  readonly folder: string;
  readonly kubeconfig: string;
  /** Runs kubectl with these words and gives what it printed. Throws when it fails. */
  kubectl(words: readonly string[], input?: string): Promise<string>;
  /** Gives one object. Throws when there is none. */
  get<T>(type: string, name: string, namespace?: string): Promise<T>;
  /** Starts a program with the cluster's KUBECONFIG and resolves once it is ready; `stop` ends it too. */
  start(program: ControllerProgram): Promise<Running>;
  stop(): Promise<void>;
}

export interface ControllerProgram {
  readonly name: string;
  /** Its words, given a free address for its `/readyz`. */
  words(health: string): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it tells that it is ready; `/readyz` over HTTP by default. */
  readonly ready?: (health: string) => string;
}

/** Opens it in a folder that `stop` removes. */
export async function openEmbeddedLab(options: SubjectOptions = {}): Promise<EmbeddedLab> {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-embedded-lab-"));
  const { kubeconfig, stop } = await openSubject(folder, options);
  const stops = [stop];
  const kubectl = async (words: readonly string[], input = "") => {
    const work = run(programPath("kubectl"), [...words, "--kubeconfig", kubeconfig], {
      maxBuffer: 64 * 1024 * 1024,
    });
    work.child.stdin?.end(input);
    return (await work).stdout;
  };
  return {
    folder,
    kubeconfig,
    kubectl,
    get: async <T>(type: string, name: string, namespace = "default") =>
      JSON.parse(await kubectl(["get", type, name, "-n", namespace, "-o", "json"])) as T,
    start: async ({ name, words, environment, ready }) => {
      const health = `127.0.0.1:${await freePort()}`;
      const context = {
        folder: mkdtempSync(join(folder, `${name}-`)),
        signal: new AbortController().signal,
        words: [],
        program: programPath,
        data: () => "",
        fact: () => "",
      };
      const running = await startServer(context, {
        program: programPath(name),
        words: words(health),
        environment: { KUBECONFIG: kubeconfig, ...environment },
        ready: () => answers(ready?.(health) ?? `http://${health}/readyz`),
      });
      stops.push(running.stop);
      return running;
    },
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
