import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { openThreads, type Threads, type ThreadsOptions } from "./threads.ts";

const entry = new URL("./fixtures/thread.ts", import.meta.url);
const opened: Threads[] = [];

function threads(options: Partial<ThreadsOptions> = {}): Threads {
  const made = openThreads({ entry, limit: 1, ...options });
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe("threads", () => {
  it("do jobs in their order and give the answers", async () => {
    const pool = threads();
    const answers = await Promise.all([1, 2, 3].map((value) => pool.run("double", value)));
    expect(answers).toEqual([2, 4, 6]);
  });

  it("are as many as the limit says, and used again", async () => {
    const pool = threads({ limit: 2 });
    const first = await Promise.all([1, 2, 3, 4].map(() => pool.run("thread", undefined)));
    expect(new Set(first).size).toBe(2);
    const later = await pool.run("thread", undefined);
    expect(first).toContain(later);
  });

  it("keep code and place of what a job throws, and go on", async () => {
    const pool = threads();
    const before = await pool.run("thread", undefined);
    await expect(pool.run("refuse", undefined)).rejects.toMatchObject({
      code: "chart-invalid",
      place: { file: "a.yaml", line: 2, field: "b" },
    });
    await expect(pool.run("missing", undefined)).rejects.toMatchObject({ code: "job-unknown" });
    expect(await pool.run("thread", undefined)).toBe(before);
  });

  it.each([
    ["hangs", "hang", "job-timeout"],
    ["ends", "leave", "job-thread-failed"],
    ["fills the memory", "fill", "job-out-of-memory"],
  ])("one whose job %s is replaced, and the jobs behind it are done", async (_what, job, code) => {
    const pool = threads({ budget: job === "hang" ? 1000 : 60_000, memory: 32 });
    const before = await pool.run("thread", undefined);
    const failing = pool.run(job, undefined);
    const behind = pool.run("thread", undefined);
    await expect(failing).rejects.toMatchObject({ code });
    expect(await behind).not.toBe(before);
  });

  it("let a job wait for a processor, but not without end", async () => {
    const patient = threads({ budget: 1000 });
    expect(await patient.run("wait", 1500)).toBe("timed-out");
    await expect(patient.run("hang", undefined)).rejects.toMatchObject({ code: "job-timeout" });
    const impatient = threads({ budget: 60_000, patience: 800 });
    for (const job of ["never", "wait", "hang"]) {
      await expect(impatient.run(job, job === "wait" ? 3000 : undefined)).rejects.toMatchObject({
        code: "job-timeout",
      });
    }
  });

  it("say so when input or answer can't be copied, and go on", async () => {
    const pool = threads();
    await expect(pool.run("double", () => undefined)).rejects.toThrow("could not be cloned");
    await expect(pool.run("uncopyable", undefined)).rejects.toThrow("could not be cloned");
    expect(await pool.run("double", 2)).toBe(4);
  });

  it("end when they have had no work for a while; the next job starts one", async () => {
    const pool = threads({ idle: 20 });
    const before = await pool.run("thread", undefined);
    await sleep(200);
    expect(await pool.run("thread", undefined)).not.toBe(before);
  });

  it("prefer the one that kept what a job needs, and never wait for it", async () => {
    const pool = threads({ limit: 2, keptOf: (_name, input) => (input as { chart?: string })?.chart });
    const on = (chart: string) => pool.run("thread", { chart }) as Promise<number>;
    const [a, b] = await Promise.all([on("a"), on("b")]);
    expect(a).not.toBe(b);
    for (let round = 0; round < 3; round++) {
      expect(await on("a")).toBe(a);
      expect(await on("b")).toBe(b);
    }
    expect(new Set(await Promise.all([on("a"), on("a")])).size).toBe(2);
  });

  it("reject an aborted job with the signal's reason, whether it waits or runs", async () => {
    const pool = threads();
    const stop = new AbortController();
    const running = pool.run("double", 1, stop.signal);
    const waiting = pool.run("double", 2, stop.signal);
    const other = pool.run("double", 3);
    stop.abort(new Error("not wanted any more"));
    await expect(running).rejects.toThrow("not wanted any more");
    await expect(waiting).rejects.toThrow("not wanted any more");
    await expect(pool.run("double", 4, stop.signal)).rejects.toThrow("not wanted any more");
    expect(await other).toBe(6);
  });

  it("reject everything once they are closed", async () => {
    const pool = threads();
    const running = expect(pool.run("hang", undefined)).rejects.toMatchObject({ code: "threads-closed" });
    const waiting = expect(pool.run("double", 1)).rejects.toMatchObject({ code: "threads-closed" });
    await pool.close();
    await Promise.all([running, waiting]);
    await expect(pool.run("double", 1)).rejects.toMatchObject({ code: "threads-closed" });
  });
});
