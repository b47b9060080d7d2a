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

/** How long one case may take, in milliseconds: Helm's engine has no limits. */
const patience = 60_000;

/** Helm's own engine, as a process that is asked case after case; one that ends on a case is started again. */
export class RealEngine {
  readonly #program: string;
  #process: ChildProcessByStdio<Writable, Readable, null>;
  #waiting: Asked[] = [];
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(program: string) {
    this.#program = program;
    this.#process = this.#start();
  }

  /** Renders a case; many may be asked at once. One on which Go gives up, or which takes a minute, is past a limit. */
  render({ template, partials = {}, files = {}, values = "" }: EngineCase): Promise<Outcome> {
    const encoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
    const question = {
      templates: { ...partials, [templateName]: template },
      files: Object.fromEntries(encoded),
      values,
    };
    const asked = { line: `${JSON.stringify(question)}\n`, answer: Promise.withResolvers<Outcome>() };
    this.#waiting.push(asked);
    if (this.#waiting.length === 1) this.#wait();
    // What is asked in one go is written in one go.
    const { stdin } = this.#process;
    if (stdin.writableCorked === 0) {
      stdin.cork();
      process.nextTick(() => stdin.uncork());
    }
    stdin.write(asked.line);
    return asked.answer.promise;
  }

  /** Ends the process when the first case of those that wait isn't answered in time. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#process.kill("SIGKILL"), patience);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#process.stdin.end();
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    // Our Local is UTC. Memory is let grow, which takes a third less time. What Go says when it gives up is longer than anyone reads.
    const child = spawn(this.#program, [], { stdio: ["pipe", "pipe", "ignore"], env: { TZ: "UTC", GOGC: "400" } });
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#waiting.shift()?.answer.resolve(outcomeOf(JSON.parse(line) as Answer));
      this.#wait();
    });
    // A write to a process that ended: its end tells of it.
    child.stdin.on("error", () => undefined);
    child.on("close", (code, signal) => {
      if (this.#isClosed) return;
      this.#waiting.shift()?.answer.resolve({ limit: `Helm's engine ended: ${code ?? signal}` });
      this.#process = this.#start();
      this.#wait();
      for (const { line } of this.#waiting) this.#process.stdin.write(line);
    });
    return child;
  }
}

function outcomeOf({ outputs, error }: Answer): Outcome {
  const text = (encoded: string) => decodeBytes(Buffer.from(encoded, "base64"));
  return error === undefined ? { output: text(outputs?.[templatePath] ?? "") } : { error: text(error) };
}
