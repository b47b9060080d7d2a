import { CatalystError } from "@catalyst/base/errors";
import type { RefUpdate, RepositoryRef } from "@catalyst/ports/git";
import { readBytes, type Transport } from "@catalyst/ports/transport";
import { type NewObject, packOf } from "./objects.ts";

/**
 * How a push ended: `refused` by the host's checks and verdict, `denied` by its permissions, which is also how
 * hosts answer for a repository that isn't there. `lines` is what the host said, for people.
 */
export interface PushOutcome {
  readonly status: "accepted" | "refused" | "denied";
  readonly lines: readonly string[];
}

/**
 * Pushes objects and moves one ref by receive-pack: the host moves it from `before` only. Source of the protocol:
 * git's gitprotocol-pack and gitprotocol-http. Throws `git-repository-missing`, `git-refused` (no permission), `git-full`
 * and `git-unavailable`.
 */
export async function pushPack(
  transport: Transport,
  repository: RepositoryRef,
  update: RefUpdate,
  objects: readonly NewObject[],
  options: readonly string[],
): Promise<PushOutcome> {
  const wanted = ["report-status", "side-band-64k", "object-format=sha1", "agent=catalyst"];
  const capabilities = options.length > 0 ? [...wanted, "push-options"] : wanted;
  const command = `${update.before} ${update.after} ${update.ref}\0 ${capabilities.join(" ")}\n`;
  const optionLines = options.length > 0 ? [...options.map(packet), flush] : [];
  const response = await transport.request({
    method: "POST",
    path: `/${repository.owner}/${repository.name}.git/git-receive-pack`,
    headers: {
      "content-type": "application/x-git-receive-pack-request",
      accept: "application/x-git-receive-pack-result",
    },
    body: Buffer.concat([packet(command), flush, ...optionLines, packOf(objects)]),
  });
  const body = Buffer.from(await readBytes(response));
  if ([401, 403, 404].includes(response.status)) {
    return { status: "denied", lines: [`${repository.owner}/${repository.name} may not be written`] };
  }
  if (response.status !== 200) {
    throw new CatalystError("git-unavailable", `the Git host answered ${response.status} to a push`);
  }
  return outcomeOf(body, update.ref);
}

/** The error of a push that the host judged and refused. */
export function refused(lines: readonly string[]): CatalystError {
  return new CatalystError("git-refused", lines[0] ?? "the Git host refused the push", {
    details: { lines },
  });
}

const flush = Buffer.from("0000");

function packet(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Splits packet lines; a flush is left out. Throws `git-unavailable` when the answer breaks off. */
function packets(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString("latin1", at, at + 4), 16);
    if (Number.isNaN(length) || at + length > bytes.length) {
      throw new CatalystError("git-unavailable", "the answer to a push broke off");
    }
    if (length > 4) found.push(bytes.subarray(at + 4, at + length));
    at += Math.max(4, length);
  }
  return found;
}

/** What git says without the system's reason when, after all checks, objects or the ref don't get to the disk. */
const unstored = /unable to migrate objects to permanent storage|couldn't write '.*\.lock'/;

function full(message: string): CatalystError {
  return new CatalystError("git-full", message, {
    hint: "Free some space; what failed can then be tried again.",
  });
}

function outcomeOf(body: Buffer, ref: string): PushOutcome {
  const bands: Record<number, Buffer[]> = { 1: [], 2: [], 3: [] };
  for (const bandPacket of packets(body)) bands[bandPacket[0] ?? 0]?.push(bandPacket.subarray(1));
  const words = Buffer.concat([...(bands[2] ?? []), ...(bands[3] ?? [])]).toString("utf8");
  const report = packets(Buffer.concat(bands[1] ?? [])).map((line) => line.toString("utf8").trimEnd());
  const lines = words.split(/\r|\n/).filter((line) => line.trim() !== "");
  if (report.includes("unpack ok") && report.includes(`ok ${ref}`)) return { status: "accepted", lines };
  const reasons = report.filter((line) => line.startsWith("ng ") || line.startsWith("unpack "));
  const said = [...lines, ...reasons];
  if (said.some((line) => /No space left on device|Disk quota exceeded/.test(line)))
    throw full("the Git host's disk is full; nothing was written");
  if (said.some((line) => unstored.test(line)))
    throw full("the Git host's disk is full, or can't be written; nothing was written");
  return { status: "refused", lines: lines.length > 0 ? lines : reasons };
}
