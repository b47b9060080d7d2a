import { spawn } from "node:child_process";
import { once } from "node:events";
import { CatalystError } from "@catalyst/base/errors";

/** Applies input of `iptables-restore`, all of a table at once, and leaves every chain it doesn't name. */
export async function restoreRules(rules: string): Promise<void> {
  await run("iptables-restore", ["--noflush", "--wait"], rules);
}

/** Lets packets that pass one chain pass another one first, before whatever else is there; idempotent. */
export async function hookChain(table: string, from: string, to: string): Promise<void> {
  const rule = [from, "-j", to];
  const isThere = await run("iptables", ["--wait", "-t", table, "-C", ...rule]).then(
    () => true,
    () => false,
  );
  if (!isThere) await run("iptables", ["--wait", "-t", table, "-I", ...rule]);
}

/** Undoes `hookChain`, and removes the chain; idempotent. */
export async function removeChain(table: string, from: string, to: string): Promise<void> {
  for (const args of [
    ["-D", from, "-j", to],
    ["-F", to],
    ["-X", to],
  ])
    await run("iptables", ["--wait", "-t", table, ...args]).catch(() => undefined);
}

/** The chains of a table whose names begin so. */
export async function chainsNamed(table: string, beginning: string): Promise<readonly string[]> {
  const listed = await run("iptables", ["--wait", "-t", table, "-S"]);
  return [...listed.matchAll(/^-N (\S+)$/gm)]
    .map((match) => match[1] ?? "")
    .filter((name) => name.startsWith(beginning));
}

async function run(program: string, args: readonly string[], input?: string): Promise<string> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let words = "";
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words += chunk.toString();
  });
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return output;
  throw new CatalystError("runtime-unavailable", `${program} ended with ${code}: ${words.trim()}`);
}
