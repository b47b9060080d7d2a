import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

interface Reply {
  readonly id: number;
  readonly error?: string;
}

/** How long a process without anything to do is kept for the next connection (milliseconds). */
const idleTime = 30_000;

/**
 * Connects to ports inside one Pod's network, as a program there would to its own loopback. A small process that
 * entered the network does it and hands the sockets over; it begins with the first connection and ends when there was
 * none for a while.
 */
export class PodDialer {
  readonly #namespace: string;
  readonly #ended: () => void;
  readonly #waiting = new Map<number, (reply: Reply, socket?: Socket) => void>();
  readonly #idle: NodeJS.Timeout;
  readonly #child: ChildProcess;
  #next = 0;

  /** `namespace` is the path of a network namespace; `ended` is called when no more can be asked. */
  constructor(namespace: string, ended: () => void) {
    this.#namespace = namespace;
    this.#ended = ended;
    this.#child = this.#start();
    this.#idle = setTimeout(() => {
      if (this.#waiting.size === 0) this.close();
    }, idleTime);
    this.#idle.unref();
  }

  /** Throws `port-refused` when nobody listens. */
  async dial(port: number, signal: AbortSignal): Promise<Socket> {
    signal.throwIfAborted();
    this.#idle.refresh();
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    this.#waiting.set(id, ({ error }, socket) => {
      this.#waiting.delete(id);
      this.#idle.refresh();
      if (socket === undefined)
        return reject(
          new CatalystError(
            "port-refused",
            `failed to connect to localhost:${port} inside the Pod: ${error}`,
          ),
        );
      // A handle that was passed on knows nothing of this.
      socket.allowHalfOpen = true;
      if (signal.aborted) socket.destroy();
      resolve(socket);
    });
    this.#child.send({ id, port });
    return promise;
  }

  close(): void {
    this.#end("the Pod's network can't be entered any more");
    this.#child.kill();
  }

  #start(): ChildProcess {
    const program = join(import.meta.dirname, "dialer-process.ts");
    const child = spawn("nsenter", [`--net=${this.#namespace}`, process.execPath, program], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" },
    });
    child.on("message", (reply, socket) =>
      this.#waiting.get((reply as Reply).id)?.(reply as Reply, socket as Socket),
    );
    child.on("error", (error: NodeJS.ErrnoException) =>
      this.#end(error.code === "ENOENT" ? "nsenter isn't installed" : error.message),
    );
    child.once("exit", () => this.#end("the process that connects ended"));
    // Nothing waits for it, so that it never keeps this process.
    child.unref();
    child.channel?.unref();
    return child;
  }

  #end(why: string): void {
    clearTimeout(this.#idle);
    this.#ended();
    for (const [id, settle] of [...this.#waiting]) settle({ id, error: why });
  }
}
