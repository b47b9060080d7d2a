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

interface Asked {
  readonly line: string;
  readonly answer: PromiseWithResolvers<Outcome>;
}

/** Helm's own engine, as a process that is asked case after case; one that ends on a case is started again. */
export class RealEngine {
  readonly #program: string;
  #process: ChildProcessByStdio<Writable, Readable, null>;
  #waiting: Asked[] = [];
  #isClosed = false;

  constructor(program: string) {
    this.#program = program;
    this.#process = this.#start();
  }

  /** Renders a case; many may be asked at once. A case on which Go itself gives up is past a limit. */
  render({ template, partials = {}, files = {}, values = "" }: EngineCase): Promise<Outcome> {
    const encoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
    const question = {
      templates: { ...partials, [templateName]: template },
      files: Object.fromEntries(encoded),
      values,
    };
    const asked = { line: `${JSON.stringify(question)}\n`, answer: Promise.withResolvers<Outcome>() };
    this.#waiting.push(asked);
    this.#process.stdin.write(asked.line);
    return asked.answer.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#process.stdin.end();
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    // Our Local is UTC. What Go says when it gives up is longer than anyone reads.
    const child = spawn(this.#program, [], { stdio: ["pipe", "pipe", "ignore"], env: { TZ: "UTC" } });
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#waiting.shift()?.answer.resolve(outcomeOf(JSON.parse(line) as Answer));
    });
    // A write to a process that ended: its end tells of it.
    child.stdin.on("error", () => undefined);
    child.on("close", (code, signal) => {
      if (this.#isClosed) return;
      this.#waiting.shift()?.answer.resolve({ limit: `Helm's engine ended: ${code ?? signal}` });
      this.#process = this.#start();
      for (const { line } of this.#waiting) this.#process.stdin.write(line);
    });
    return child;
  }
}

function outcomeOf({ outputs, error }: Answer): Outcome {
  const text = (encoded: string) => decodeBytes(Buffer.from(encoded, "base64"));
  return error === undefined ? { output: text(outputs?.[templatePath] ?? "") } : { error: text(error) };
}
