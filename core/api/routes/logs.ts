import { Readable } from "node:stream";
import { parseDuration } from "@catalyst/base/duration";
import { CatalystError } from "@catalyst/base/errors";
import { applicationPods } from "@catalyst/projector";
import { Type } from "@sinclair/typebox";
import type { FastifyRequest } from "fastify";
import { requirePermission } from "../access/principal.ts";
import type { ApiOptions } from "../options.ts";
import { callerNow, type Routes } from "../route.ts";
import { applicationOf, membersOf } from "../views.ts";

/** Logs of an Application's containers, read from its cluster. */
export const logRoutes: Routes = (server, options) => {
  server.get(
    "/v1/environments/:env/applications/:app/logs",
    {
      config: { permission: "application.logs" },
      schema: {
        summary: "A container's log: text, or server-sent events when asked for",
        tags: ["applications"],
        params: Type.Object({ env: Type.String(), app: Type.String() }),
        querystring: Type.Object({
          pod: Type.Optional(Type.String()),
          container: Type.Optional(Type.String()),
          since: Type.Optional(Type.String({ description: "A duration: 10m" })),
          tail: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
          follow: Type.Optional(Type.Boolean()),
          previous: Type.Optional(Type.Boolean({ description: "Of the container before its last restart." })),
        }),
      },
    },
    async (request, reply) => {
      const { env, app } = request.params;
      applicationOf(options.projection, env, app);
      const pods = applicationPods(options.projection.scope(env), app);
      const { pod: wanted, container, since, tail, follow, previous } = request.query;
      const pod = wanted === undefined ? pods[0] : pods.find((candidate) => candidate.name === wanted);
      if (pod === undefined)
        throw new CatalystError(
          "not-found",
          wanted === undefined ? `${app} has no Pods` : `${app} has no Pod "${wanted}"`,
        );
      const abort = new AbortController();
      request.raw.on("close", () => abort.abort());
      const log = options.clusters.client(env).podLog(
        { namespace: app, name: pod.name },
        {
          container: container ?? pod.containers[0],
          follow,
          previous,
          tailLines: tail,
          ...(since === undefined ? {} : { sinceSeconds: Math.ceil(parseDuration(since) / 1000) }),
          signal: abort.signal,
        },
      );
      const events = request.headers.accept?.includes("text/event-stream") ?? false;
      reply
        .type(events ? "text/event-stream" : "text/plain; charset=utf-8")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no");
      const allowed = whileAllowed(previous === true ? await opened(log) : log, () =>
        mayRead(request, options, env),
      );
      return reply.send(Readable.from(events ? asEvents(allowed) : allowed));
    },
  );
};

/** Waits for the first piece, so that a log that isn't there is a refusal and not a broken stream. */
async function opened(log: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const rest = log[Symbol.asyncIterator]();
  const first = await rest.next();
  return (async function* () {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
  })();
}

/** A token may be revoked or a role taken away while a log is followed. */
function mayRead(request: FastifyRequest, options: ApiOptions, environment: string): boolean {
  const principal = callerNow(request, options);
  if (principal === undefined) return false;
  try {
    requirePermission(principal, "application.logs", { environment }, (name) =>
      membersOf(options.projection, name),
    );
    return true;
  } catch {
    return false;
  }
}

async function* whileAllowed(
  log: AsyncIterable<Uint8Array>,
  allowed: () => boolean,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of log) {
    if (!allowed()) return;
    yield chunk;
  }
}

/** One event a line. */
async function* asEvents(log: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of log) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield `data: ${line}\n\n`;
  }
  if (rest !== "") yield `data: ${rest}\n\n`;
  yield "event: end\ndata: \n\n";
}
