/** Kinds of records asked for here (RFC 1035, 2782, 3596). */
export const recordType = { a: 1, srv: 33, aaaa: 28 } as const;

export interface Question {
  readonly id: number;
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** The question as it stood, to be repeated in the answer. */
  readonly bytes: Uint8Array;
}

/** Reads the one question of a query; undefined for what isn't one. */
export function parseQuestion(message: Buffer): Question | undefined {
  if (message.length < 17 || (message.readUInt16BE(2) & 0xf800) !== 0 || message.readUInt16BE(4) !== 1)
    return;
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return;
    at++;
    if (length === 0) break;
    labels.push(message.subarray(at, at + length).toString("latin1"));
    at += length;
  }
  if (at + 4 > message.length) return;
  return {
    id: message.readUInt16BE(0),
    name: labels.join(".").toLowerCase(),
    type: message.readUInt16BE(at),
    bytes: message.subarray(12, at + 4),
  };
}

/** Seconds an answer may be kept: Pods come and go. */
const timeToLive = 5;
const noSuchName = 3;
const nameHere = 0xc00c;

/** Answers with addresses; with none the name exists, undefined says that it doesn't. */
export function addressAnswer(question: Question, addresses: readonly string[] | undefined): Buffer {
  const shown = question.type === recordType.a ? (addresses ?? []) : [];
  const head = Buffer.alloc(12);
  head.writeUInt16BE(question.id, 0);
  // An answer, from the authority, recursion available.
  head.writeUInt16BE(0x8580 | (addresses === undefined ? noSuchName : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(shown.length, 6);
  const records = shown.map((address) => {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(nameHere, 0);
    record.writeUInt16BE(recordType.a, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(timeToLive, 6);
    record.writeUInt16BE(4, 10);
    for (const [index, part] of address.split(".").entries()) record[12 + index] = Number(part);
    return record;
  });
  return Buffer.concat([head, question.bytes, ...records]);
}
