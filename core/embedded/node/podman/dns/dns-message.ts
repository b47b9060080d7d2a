/** Kinds of records asked for here (RFC 1035, 2782, 3596). */
export const recordType = { a: 1, cname: 5, ptr: 12, aaaa: 28, srv: 33 } as const;

export interface Question {
  readonly id: number;
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** The question as it stood, to be repeated in the answer. */
  readonly bytes: Uint8Array;
}

/** One record of an answer; names without the last dot. */
export type DnsRecord =
  | { readonly type: "A"; readonly name: string; readonly address: string }
  | { readonly type: "CNAME" | "PTR"; readonly name: string; readonly target: string }
  | { readonly type: "SRV"; readonly name: string; readonly port: number; readonly target: string };

/** What is known of a name: its records of the kind asked for, and those that spare the next question. */
export interface NameAnswer {
  readonly records: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

/** Reads the one question of a query; undefined for what isn't one. */
export function parseQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || (message.readUInt16BE(2) & 0xf800) !== 0 || message.readUInt16BE(4) !== 1)
    return;
  const read = readName(message, 12);
  if (read === undefined || read.end + 4 > message.length) return;
  return {
    id: message.readUInt16BE(0),
    name: read.name.toLowerCase(),
    type: message.readUInt16BE(read.end),
    bytes: message.subarray(12, read.end + 4),
  };
}

/** Asks for a name's addresses. */
export function addressQuery(id: number, name: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  // Recursion desired.
  head.writeUInt16BE(0x0100, 2);
  head.writeUInt16BE(1, 4);
  return Buffer.concat([head, nameBytes(name), Buffer.from([0, recordType.a, 0, 1])]);
}

/** Reads the addresses and aliases of an answer; undefined for one that says there is no such name. */
export function parseAddresses(message: Buffer): readonly DnsRecord[] | undefined {
  if (message.length < 12 || (message.readUInt16BE(2) & 0xf) !== 0) return undefined;
  const question = parseNameAfter(message, 12);
  if (question === undefined) return undefined;
  let at = question + 4;
  const found: DnsRecord[] = [];
  for (let count = message.readUInt16BE(6); count > 0; count--) {
    const owner = readName(message, at);
    if (owner === undefined || owner.end + 10 > message.length) break;
    const type = message.readUInt16BE(owner.end);
    const length = message.readUInt16BE(owner.end + 8);
    const data = owner.end + 10;
    if (data + length > message.length) break;
    const { name } = owner;
    if (type === recordType.a && length === 4)
      found.push({ type: "A", name, address: [...message.subarray(data, data + 4)].join(".") });
    const target = type === recordType.cname ? readName(message, data)?.name : undefined;
    if (target !== undefined) found.push({ type: "CNAME", name, target });
    at = data + length;
  }
  return found;
}

function parseNameAfter(message: Buffer, at: number): number | undefined {
  const end = readName(message, at)?.end;
  return end === undefined || end + 4 > message.length ? undefined : end;
}

/** The longest name there may be; pointers that lead in a circle end there too. */
const longestName = 255;

function readName(
  message: Buffer,
  start: number,
): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (let size = 0; size <= longestName; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length >= 0xc0) {
      const low = message[at + 1];
      if (low === undefined) return undefined;
      end ??= at + 2;
      at = ((length & 0x3f) << 8) | low;
      size += 2;
      continue;
    }
    if (length > 63 || at + 1 + length > message.length) return undefined;
    if (length === 0) return { name: labels.join("."), end: end ?? at + 1 };
    labels.push(message.subarray(at + 1, at + 1 + length).toString("latin1"));
    at += length + 1;
    size += length + 1;
  }
  return undefined;
}

/** Seconds an answer may be kept: Pods come and go. */
const timeToLive = 5;
const noSuchName = 3;
const truncated = 0x0200;
/** What an answer over UDP may be long, since nothing longer is asked for in words that are understood here. */
export const longestDatagram = 512;

/**
 * Prints an answer; without records the name exists, undefined says that it doesn't. One that is longer than `longest`
 * only says so: whoever asked asks again over TCP.
 */
export function printAnswer(question: Question, answer: NameAnswer | undefined, longest = 65_535): Buffer {
  const { records = [], additional = [] } = answer ?? {};
  const whole = Buffer.concat([
    headOf(question, answer === undefined ? noSuchName : 0, records.length, additional.length),
    question.bytes,
    ...[...records, ...additional].map(recordBytes),
  ]);
  if (whole.length <= longest) return whole;
  return additional.length > 0
    ? printAnswer(question, { records, additional: [] }, longest)
    : Buffer.concat([headOf(question, truncated, 0, 0), question.bytes]);
}

function headOf({ id }: Question, flags: number, records: number, additional: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  // An answer, from the authority, recursion available.
  head.writeUInt16BE(0x8580 | flags, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records, 6);
  head.writeUInt16BE(additional, 10);
  return head;
}

function recordBytes(record: DnsRecord): Buffer {
  const [type, data] = dataOf(record);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(timeToLive, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(record.name), head, data]);
}

function dataOf(record: DnsRecord): readonly [number, Buffer] {
  switch (record.type) {
    case "A":
      return [recordType.a, Buffer.from(record.address.split(".").map(Number))];
    case "CNAME":
      return [recordType.cname, nameBytes(record.target)];
    case "PTR":
      return [recordType.ptr, nameBytes(record.target)];
    case "SRV": {
      // Priority 0, and the same weight for all, as CoreDNS has it.
      const numbers = Buffer.alloc(6);
      numbers.writeUInt16BE(100, 2);
      numbers.writeUInt16BE(record.port, 4);
      return [recordType.srv, Buffer.concat([numbers, nameBytes(record.target)])];
    }
  }
}

function nameBytes(name: string): Buffer {
  const labels = name === "" ? [] : name.split(".");
  const parts = labels.flatMap((label) => {
    const bytes = Buffer.from(label, "latin1").subarray(0, 63);
    return [Buffer.from([bytes.length]), bytes];
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}
