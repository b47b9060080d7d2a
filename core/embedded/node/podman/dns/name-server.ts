import { createSocket, type Socket as Datagrams } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { ClusterAnswer } from "./cluster-names.ts";
import {
  addressQuery,
  type DnsRecord,
  longestDatagram,
  type NameAnswer,
  parseAddresses,
  parseQuestion,
  printAnswer,
  type Question,
  recordType,
} from "./dns-message.ts";
import { askUpstream, framed, unframed } from "./upstream.ts";

/** Answers a cluster's names. */
export type AnswerName = (name: string) => ClusterAnswer;

/** Asks for a name of elsewhere; undefined when nobody answers. */
export type AskUpstream = (message: Buffer, protocol: "udp" | "tcp") => Promise<Buffer | undefined>;

/** Milliseconds a connection may be silent. */
const patience = 10_000;
/** Connections at a time: Pods share the process they are answered by. */
const mostConnections = 256;

/**
 * A name server for one cluster on a port of the loopback, over UDP and TCP. Names that aren't the cluster's are asked
 * of the machine's own name server.
 */
export class NameServer {
  readonly #datagrams: Datagrams;
  readonly #streams: Server;
  readonly #answer: AnswerName;
  readonly #ask: AskUpstream;
  readonly #connections = new Set<Socket>();

  private constructor(datagrams: Datagrams, streams: Server, answer: AnswerName, ask: AskUpstream) {
    this.#datagrams = datagrams;
    this.#streams = streams;
    this.#answer = answer;
    this.#ask = ask;
    datagrams.on("message", (message, from) => {
      void this.#reply(message, "udp").then(
        (sent) => sent !== undefined && datagrams.send(sent, from.port, from.address),
        () => undefined,
      );
    });
    datagrams.on("error", () => undefined);
    streams.maxConnections = mostConnections;
    streams.on("connection", (socket) => this.#serve(socket));
    // Pods don't keep a Sovereign from ending.
    datagrams.unref();
    streams.unref();
  }

  static async open(answer: AnswerName, ask: AskUpstream = askUpstream): Promise<NameServer> {
    for (;;) {
      const streams = createServer().listen(0, "127.0.0.1");
      await once(streams, "listening");
      const datagrams = createSocket("udp4");
      datagrams.bind((streams.address() as AddressInfo).port, "127.0.0.1");
      const isFree = await once(datagrams, "listening").then(
        () => true,
        () => false,
      );
      if (isFree) return new NameServer(datagrams, streams, answer, ask);
      // Somebody has this port for datagrams: another one is tried.
      streams.close();
    }
  }

  get port(): number {
    return this.#datagrams.address().port;
  }

  close(): void {
    this.#datagrams.close();
    this.#streams.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.once("close", () => this.#connections.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(patience, () => socket.destroy());
    socket.unref();
    void this.#converse(socket).catch(() => socket.destroy());
  }

  /** Answers one question after the other, in their order. */
  async #converse(socket: Socket): Promise<void> {
    let read: Buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
      read = Buffer.concat([read, chunk as Buffer]);
      for (let [message, rest] = unframed(read); message !== undefined; [message, rest] = unframed(read)) {
        read = rest;
        const sent = await this.#reply(message, "tcp");
        if (sent === undefined) return void socket.destroy();
        socket.write(framed(sent));
      }
    }
  }

  async #reply(message: Buffer, protocol: "udp" | "tcp"): Promise<Buffer | undefined> {
    const question = parseQuestion(message);
    if (question === undefined) return undefined;
    const answer = this.#answer(question.name);
    const longest = protocol === "udp" ? longestDatagram : undefined;
    if (answer !== null) return printAnswer(question, await this.#fitting(question, answer), longest);
    return (await this.#ask(message, protocol)) ?? printAnswer(question, undefined);
  }

  /** Leaves the kind that was asked for; an alias is followed to its addresses, here or elsewhere. */
  async #fitting({ type }: Question, answer: NameAnswer | undefined): Promise<NameAnswer | undefined> {
    if (answer === undefined) return undefined;
    const [alias] = answer.records;
    if (alias?.type === "CNAME")
      return {
        records: type === recordType.a ? [alias, ...(await this.#follow(alias.target))] : [alias],
        additional: [],
      };
    const records = answer.records.filter((record) => typeNumbers[record.type] === type);
    return { records, additional: records.length === 0 ? [] : answer.additional };
  }

  async #follow(target: string): Promise<readonly DnsRecord[]> {
    const here = this.#answer(target);
    if (here !== null) return here?.records.filter(({ type }) => type === "A") ?? [];
    const answered = await this.#ask(addressQuery(Math.floor(Math.random() * 65_536), target), "udp");
    return (answered === undefined ? undefined : parseAddresses(answered)) ?? [];
  }
}

const typeNumbers: Readonly<Record<DnsRecord["type"], number>> = {
  A: recordType.a,
  CNAME: recordType.cname,
  PTR: recordType.ptr,
  SRV: recordType.srv,
};
