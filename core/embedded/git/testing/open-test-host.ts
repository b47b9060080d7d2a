import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import type { JudgePush, Pusher, RepositoryRef } from "@catalyst/ports/git";
import type { Request, Transport } from "@catalyst/ports/transport";
import { type EmbeddedGitHost, openGitHost } from "../index.ts";

/** Who may do what in the tests: `user:password` pairs, each user's password being their name. */
export interface TestUser extends Pusher {
  readonly reads: readonly string[];
  /** Refs it may write in what it reads. */
  readonly writes: readonly RegExp[];
}

const everything: TestUser = {
  user: "catalyst",
  email: "catalyst@example.org",
  platform: true,
  reads: ["*"],
  writes: [/./],
};

export interface TestHost extends EmbeddedGitHost {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Refuses what the contract suite wants refused. */
export const refuseMe: JudgePush = async (push) => {
  const lines: string[] = [];
  for (const { after } of push.updates) {
    if (/^0+$/.test(after)) continue;
    const files = await push.tree.files(after);
    for (const { path } of files) if (path.endsWith("refuse-me")) lines.push(`${path}:1: not wanted here`);
    lines.push(`${files.length} files`);
  }
  return { accepted: !lines.some((line) => line.includes("refuse-me")), lines };
};

/** The header that signs in a test user. */
export function basic(user: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${user}`).toString("base64")}` };
}

/** Opens a host in a folder of its own, with `catalyst` as the platform's account. */
export async function openTestHost(
  options: {
    readonly folder?: string;
    readonly baseUrl?: string;
    readonly users?: readonly TestUser[];
    readonly judge?: JudgePush;
    readonly webhookTransport?: (origin: string) => Transport | undefined;
    readonly pushLimit?: number;
  } = {},
): Promise<TestHost> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "catalyst-git-")));
  const users = [everything, ...(options.users ?? [])];
  const reads = (principal: TestUser, { owner, name }: RepositoryRef) =>
    principal.reads.includes("*") || principal.reads.includes(`${owner}/${name}`);
  const host = await openGitHost<TestUser>({
    folder,
    baseUrl: options.baseUrl ?? "http://git.example.org/git",
    clock: systemClock,
    logger: silentLogger,
    authenticate: async (request: Request) =>
      users.find(({ user }) => request.headers["authorization"] === basic(user)["authorization"]),
    authorization: {
      mayRead: reads,
      mayWrite: (principal, repository, ref) =>
        reads(principal, repository) &&
        (ref === undefined ? principal.writes.length > 0 : principal.writes.some((rule) => rule.test(ref))),
      mayAdminister: (principal) => principal.platform,
    },
    judge: options.judge ?? refuseMe,
    webhookTransport:
      options.webhookTransport ?? ((origin) => (origin === "http://127.0.0.1:9" ? unreachable : undefined)),
    ...(options.pushLimit === undefined ? {} : { pushLimit: options.pushLimit }),
  });
  const remove = async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...host, folder, remove };
}

const unreachable: Transport = { request: () => Promise.reject(new Error("nothing listens there")) };
