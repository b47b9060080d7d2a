import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { decodeBytes } from "../../../core/charts/template/bytes.ts";
import { build } from "../../lab/build.ts";
import { componentNamed, programPath } from "../../lab/lab.ts";
import { type EngineCase, type Outcome, templateName, templatePath } from "./case.ts";

interface Answer {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** Starts Helm's engine, building it where it isn't there. Throws `lab-missing` and `lab-build-failed`. */
export async function openRealEngine(): Promise<RealEngine> {
  await build(componentNamed("template-engine"));
  return new RealEngine(programPath("template-engine"));
}

/** Helm's own engine, as a process that is asked case after case. */
export class RealEngine {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: PromiseWithResolvers<Outcome>[] = [];

  constructor(program: string) {
    // Our Local is UTC.
    this.#process = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"], env: { TZ: "UTC" } });
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      this.#waiting.shift()?.resolve(outcomeOf(JSON.parse(line) as Answer));
    });
    this.#process.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting) reject(new Error(`Helm's engine ended: ${code ?? signal}`));
    });
    // A write to a process that ended: its exit tells of it.
    this.#process.stdin.on("error", () => undefined);
  }

  /** Renders a case; many may be asked at once. Rejects when the process ends, as on a case it can't stand. */
  render({ template, partials = {}, files = {}, values = "" }: EngineCase): Promise<Outcome> {
    const answer = Promise.withResolvers<Outcome>();
    this.#waiting.push(answer);
    const encoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
    const question = {
      templates: { ...partials, [templateName]: template },
      files: Object.fromEntries(encoded),
      values,
    };
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    return answer.promise;
  }

  close(): void {
    this.#process.stdin.end();
  }
}

function outcomeOf({ outputs, error }: Answer): Outcome {
  const text = (encoded: string) => decodeBytes(Buffer.from(encoded, "base64"));
  return error === undefined ? { output: text(outputs?.[templatePath] ?? "") } : { error: text(error) };
}
