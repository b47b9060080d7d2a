import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEntries } from "./read.ts";
import { rotateLog } from "./rotation.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-log-"));
  path = join(folder, "ctr.log");
});
afterEach(() => rm(folder, { recursive: true }));

const line = (text: string) => `2026-01-02T03:04:05.000000001+00:00 stdout F ${text}\n`;

/** What the monitor's control file was told; reading keeps it open, as the monitor does. */
async function monitor() {
  execFileSync("mkfifo", [join(folder, "ctl")]);
  return open(join(folder, "ctl"), constants.O_RDONLY | constants.O_NONBLOCK);
}

const limits = { size: 10, files: 3 };

test("a log that is too large is put aside, the monitor told, and no more files kept than allowed", async () => {
  const control = await monitor();
  for (let day = 1; day <= 4; day++) {
    await writeFile(path, line(`day ${day}`));
    await rotateLog(path, new Date(Date.UTC(2026, 0, day)), limits);
  }
  const { buffer, bytesRead } = await control.read(Buffer.alloc(100), 0, 100);
  await control.close();
  expect(buffer.toString("utf8", 0, bytesRead)).toBe("2 0 0\n".repeat(4));
  const kept = (await readdir(folder)).filter((name) => name !== "ctl").sort();
  expect(kept).toEqual(["ctr.log.20260103T000000000Z", "ctr.log.20260104T000000000Z"]);
  expect(await readFile(join(folder, kept[1] ?? ""), "utf8")).toBe(line("day 4"));
});

test("a log of a container without a monitor stays, and so does a small one", async () => {
  await writeFile(path, line("the last words"));
  await rotateLog(path, new Date(), limits);
  expect(await readdir(folder)).toEqual(["ctr.log"]);
  const control = await monitor();
  await writeFile(path, "small");
  await rotateLog(path, new Date(), limits);
  await control.close();
  expect((await readdir(folder)).sort()).toEqual(["ctl", "ctr.log"]);
});

async function read(
  options: Parameters<typeof readEntries>[1],
  isWritten = async () => false,
): Promise<string[]> {
  const texts: string[] = [];
  for await (const { content } of readEntries({ path, isWritten }, options))
    texts.push(String(Buffer.from(content)));
  return texts;
}

test.each([0, 1, 2, 3, 5])("the last %i lines", async (tailLines) => {
  const all = ["a", "b", "c"].map((text) => `${text}\n`);
  await writeFile(path, ["a", "b", "c"].map(line).join(""));
  expect(await read({ tailLines })).toEqual(tailLines === 0 ? [] : all.slice(-tailLines));
});

test("the last lines of a file of many blocks", async () => {
  const texts = Array.from({ length: 5000 }, (_, index) => `${index} ${"x".repeat(100)}`);
  await writeFile(path, texts.map(line).join(""));
  expect(await read({ tailLines: 2000 })).toEqual(texts.slice(-2000).map((text) => `${text}\n`));
});

test("following goes on into the file that replaces the one put aside, until the container has ended", async () => {
  const control = await monitor();
  await writeFile(path, line("one"));
  let isOver = false;
  const reading = read({ follow: true }, async () => !isOver);
  await writeFile(path, line("two"), { flag: "a" });
  await rotateLog(path, new Date(), limits);
  await writeFile(path, line("three").slice(0, 30));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await writeFile(path, line("three").slice(30), { flag: "a" });
  isOver = true;
  expect(await reading).toEqual(["one\n", "two\n", "three\n"]);
  await control.close();
});

test("following ends when its reader has gone", async () => {
  await writeFile(path, line("one"));
  const gone = new AbortController();
  const reading = readEntries({ path, isWritten: async () => true }, { follow: true, signal: gone.signal });
  const entries = reading[Symbol.asyncIterator]();
  expect(String(Buffer.from((await entries.next()).value?.content))).toBe("one\n");
  const next = entries.next();
  gone.abort();
  expect((await next).done).toBe(true);
});
