import { createHmac } from "node:crypto";
import type { RepositoryRef } from "@catalyst/ports/git";
import { parseCommit } from "../commit.ts";
import type { RepositoryRecord } from "../folder.ts";
import type { RepositoryReader } from "../repository-reader.ts";
import type { Shapes } from "../rest/shapes.ts";
import { isZero } from "../verdict.ts";
import type { RefMove } from "./ref-moves.ts";

/** Most commits named in one delivery; `total_commits` tells of all. Gitea's FEED_MAX_COMMIT_NUM is 5. */
const commitLimit = 20;

/** Makes a push event's body, in the shape of Gitea's. */
export async function pushPayload(
  shapes: Shapes,
  repository: RepositoryRef,
  record: RepositoryRecord,
  reader: RepositoryReader,
  move: RefMove,
): Promise<object> {
  const ids = isZero(move.after) ? [] : await newCommits(reader, move);
  const commits = await Promise.all(
    ids.slice(0, commitLimit).map((id) => shownCommit(shapes, repository, reader, id)),
  );
  const user = shapes.user(move.pusher ?? { user: "", email: "" });
  return {
    ref: move.ref,
    before: move.before,
    after: move.after,
    compare_url: "",
    commits,
    total_commits: ids.length,
    head_commit: commits[0] ?? null,
    repository: shapes.repository(repository, record, {
      empty: false,
      permissions: { admin: false, push: false, pull: true },
    }),
    pusher: user,
    sender: user,
  };
}

async function newCommits(reader: RepositoryReader, { before, after }: RefMove): Promise<string[]> {
  const known = isZero(before) || (await reader.objects.info(before)) === undefined ? [] : [`^${before}`];
  const limit = known.length === 0 ? ["--max-count=1000"] : [];
  const output = (await reader.run(["rev-list", ...limit, after, ...known, "--"])).toString();
  return output.split("\n").filter((id) => id !== "");
}

async function shownCommit(
  shapes: Shapes,
  repository: RepositoryRef,
  reader: RepositoryReader,
  id: string,
): Promise<object> {
  const object = await reader.object(id);
  if (object === undefined) throw new Error(`commit ${id} vanished`);
  const changed = (
    await reader.run(["diff-tree", "-r", "-z", "--root", "--no-commit-id", "--name-status", id])
  )
    .toString()
    .split("\0");
  const paths = (letters: string) =>
    changed.filter((_path, index) => index % 2 === 1 && letters.includes(changed[index - 1] ?? " "));
  return shapes.payloadCommit(repository, parseCommit(object), {
    added: paths("A"),
    removed: paths("D"),
    modified: paths("MT"),
  });
}

/** The headers of a delivery; the signature is the HMAC-SHA256 of the body, in hex. */
export function deliveryHeaders(body: Uint8Array, secret: string, delivery: string): Record<string, string> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "content-type": "application/json",
    "x-gitea-delivery": delivery,
    "x-gitea-event": "push",
    "x-gitea-event-type": "push",
    "x-gitea-hook-installation-target-type": "repository",
    ...(secret === ""
      ? {}
      : { "x-gitea-signature": signature, "x-hub-signature-256": `sha256=${signature}` }),
  };
}
