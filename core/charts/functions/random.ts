import { spendLetters } from "../template/budget.ts";
import { fixed, GoError, type GoFunction, int } from "../template/values.ts";
import type { RandomSource, Run } from "./environment.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");

export const randomFunctions: readonly (readonly [string, GoFunction])[] = [
  ["randAlphaNum", fixed(["int"], ([count], run: Run) => characters(letters + digits, count, run))],
  ["randAlpha", fixed(["int"], ([count], run: Run) => characters(letters, count, run))],
  ["randNumeric", fixed(["int"], ([count], run: Run) => characters(digits, count, run))],
  ["randAscii", fixed(["int"], ([count], run: Run) => characters(printable, count, run))],
  ["randBytes", fixed(["int"], ([count], run: Run) => Buffer.from(bytes(count, run)).toString("base64"))],
  ["randInt", fixed(["exactInt", "exactInt"], ([min, max], run: Run) => int(between(min, max, run)))],
  ["shuffle", fixed(["string"], ([text], run: Run) => shuffled(text, run))],
  ["uuidv4", fixed([], (_args, run: Run) => uuid(run.environment.random))],
];

/** Gives a number from 0 up to but without `limit`, which is at most 2⁴⁸, each equally likely. */
export function randomBelow(random: RandomSource, limit: number): number {
  const range = 2 ** 48 - (2 ** 48 % limit);
  for (;;) {
    const value = Buffer.from(random.bytes(6)).readUIntBE(0, 6);
    if (value < range) return value % limit;
  }
}

function characters(alphabet: string, count: number, run: Run): string {
  if (count <= 0) return "";
  run.budget.make(count);
  let text = "";
  for (let index = 0; index < count; index++)
    text += alphabet[randomBelow(run.environment.random, alphabet.length)];
  return text;
}

function bytes(count: number, run: Run): Uint8Array {
  if (count < 0) throw new GoError("runtime error: makeslice: len out of range");
  run.budget.make(count);
  return run.environment.random.bytes(count);
}

function between(min: bigint, max: bigint, run: Run): bigint {
  const limit = BigInt.asIntN(64, max - min);
  if (limit <= 0n) throw new GoError("invalid argument to Intn");
  const { random } = run.environment;
  return min + (limit <= 2n ** 48n ? BigInt(randomBelow(random, Number(limit))) : farBelow(random, limit));
}

/** `randomBelow` for limits that are too large for it. */
function farBelow(random: RandomSource, limit: bigint): bigint {
  const range = 2n ** 64n - (2n ** 64n % limit);
  for (;;) {
    const value = Buffer.from(random.bytes(8)).readBigUInt64BE();
    if (value < range) return value % limit;
  }
}

function shuffled(text: string, run: Run): string {
  spendLetters(text);
  const list = [...text];
  for (let index = list.length - 1; index > 0; index--) {
    const other = randomBelow(run.environment.random, index + 1);
    [list[index], list[other]] = [list[other] ?? "", list[index] ?? ""];
  }
  return list.join("");
}

function uuid(random: RandomSource): string {
  const raw = Buffer.from(random.bytes(16));
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
  return raw.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
