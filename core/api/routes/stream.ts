import { Readable } from "node:stream";
import { Type } from "@sinclair/typebox";
import { maySee, requirePermission } from "../access/principal.ts";
import { callerNow, principalOf, type Routes } from "../route.ts";
import { printEvent, type StreamMessage } from "../stream/stream.ts";
import { environmentOf, membersOf } from "../views.ts";

/** How often a silent stream says that it lives, in milliseconds. */
const heartbeat = 15_000;

/** Changes as they happen. */
export const streamRoutes: Routes = (server, options) => {
  server.get(
    "/v1/stream",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "Changed views, as server-sent events; resumes after Last-Event-ID",
        tags: ["stream"],
        querystring: Type.Object({ environment: Type.Optional(Type.String()) }),
      },
    },
    (request, reply) => {
      const { environment } = request.query;
      const members = (name: string) => membersOf(options.projection, name);
      if (environment !== undefined) {
        requirePermission(principalOf(request), "organization.read", { environment }, members);
        environmentOf(options.projection, environment);
      }
      const abort = new AbortController();
      request.raw.on("close", () => abort.abort());
      // asked anew for every message: the credential may have ended, or the role
      const visible = (message: StreamMessage): boolean => {
        const principal = callerNow(request, options);
        if (principal === undefined) abort.abort();
        if (principal === undefined || !concerns(message, environment)) return false;
        const { organization } = message;
        return (
          organization === undefined ||
          maySee(principal, { organization, environment: message.environment }, members)
        );
      };
      const lastId = request.headers["last-event-id"];
      const events = options.stream.follow({
        lastId: typeof lastId === "string" ? lastId : undefined,
        maySee: visible,
        signal: abort.signal,
      });
      reply.type("text/event-stream").header("cache-control", "no-store").header("x-accel-buffering", "no");
      return reply.send(Readable.from(withHeartbeat(events, abort.signal)));
    },
  );
};

function concerns(message: StreamMessage, environment: string | undefined): boolean {
  return (
    environment === undefined || message.environment === undefined || message.environment === environment
  );
}

async function* withHeartbeat(
  events: AsyncGenerator<Parameters<typeof printEvent>[0]>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield ": connected\n\n";
  let next = events.next();
  while (!signal.aborted) {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<"silent">((resolve) => {
      timer = setTimeout(() => resolve("silent"), heartbeat);
    });
    const result = await Promise.race([next, silence]);
    clearTimeout(timer);
    if (result === "silent") yield ": still here\n\n";
    else if (result.done) return;
    else {
      yield printEvent(result.value);
      next = events.next();
    }
  }
}
