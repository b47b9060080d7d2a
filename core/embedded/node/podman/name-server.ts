import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { addressAnswer, parseQuestion } from "./dns-message.ts";

/** Resolves a cluster's names: addresses, undefined for no such name, null for a name of elsewhere. */
export type Resolve = (name: string) => readonly string[] | undefined | null;

/** Milliseconds after which a question sent on counts as lost. */
const patience = 3000;

/**
 * A name server for one cluster on a port of the loopback. Names that aren't the cluster's are asked of the
 * machine's own name server.
 */
export class NameServer {
  readonly #socket: Socket;
  readonly #resolve: Resolve;

  private constructor(socket: Socket, resolve: Resolve) {
    this.#socket = socket;
    this.#resolve = resolve;
    socket.on("message", (message, from) => void this.#answer(message, from).catch(() => undefined));
    socket.on("error", () => undefined);
  }

  static async open(resolve: Resolve): Promise<NameServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    // Pods don't keep a Sovereign from ending.
    socket.unref();
    return new NameServer(socket, resolve);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  async #answer(message: Buffer, from: RemoteInfo): Promise<void> {
    const question = parseQuestion(message);
    if (question === undefined) return;
    const addresses = this.#resolve(question.name);
    const answer = addresses === null ? await askElsewhere(message) : addressAnswer(question, addresses);
    const sent = answer ?? addressAnswer(question, undefined);
    this.#socket.send(sent, from.port, from.address);
  }
}

/** Asks the machine's name server; undefined when there is none or it doesn't answer. */
async function askElsewhere(message: Buffer): Promise<Buffer | undefined> {
  const file = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const server = [...file.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "").find(isIPv4);
  if (server === undefined) return undefined;
  const socket = createSocket("udp4");
  try {
    socket.send(message, 53, server);
    const [answer] = (await once(socket, "message", { signal: AbortSignal.timeout(patience) })) as [Buffer];
    return answer;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
