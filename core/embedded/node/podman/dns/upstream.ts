import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, isIPv4 } from "node:net";

/** Milliseconds after which a question sent on counts as lost. */
const patience = 3000;

/** Asks the machine's own name server; undefined when there is none or it doesn't answer. */
export async function askUpstream(message: Buffer, protocol: "udp" | "tcp"): Promise<Buffer | undefined> {
  const file = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const server = [...file.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "").find(isIPv4);
  if (server === undefined) return undefined;
  const signal = AbortSignal.timeout(patience);
  return (
    protocol === "udp" ? askByDatagram(message, server, signal) : askByStream(message, server, signal)
  ).catch(() => undefined);
}

async function askByDatagram(message: Buffer, server: string, signal: AbortSignal): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    socket.send(message, 53, server);
    const [answer] = (await once(socket, "message", { signal })) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

async function askByStream(message: Buffer, server: string, signal: AbortSignal): Promise<Buffer> {
  const socket = connect({ host: server, port: 53, signal });
  try {
    socket.write(framed(message));
    let read: Buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
      read = Buffer.concat([read, chunk as Buffer]);
      const [whole] = unframed(read);
      if (whole !== undefined) return whole;
    }
    throw new Error("the name server ended the connection");
  } finally {
    socket.destroy();
  }
}

/** A message as it goes over TCP: its length first (RFC 1035, 4.2.2). */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length, 0);
  return Buffer.concat([length, message]);
}

/** The first whole message of what came over TCP, and what follows it. */
export function unframed(read: Buffer): readonly [Buffer | undefined, Buffer] {
  const end = read.length < 2 ? Number.POSITIVE_INFINITY : 2 + read.readUInt16BE(0);
  return read.length < end ? [undefined, read] : [read.subarray(2, end), read.subarray(end)];
}
