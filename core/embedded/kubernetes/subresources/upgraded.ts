import type { Response } from "@catalyst/ports/transport";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import type { Offer } from "../streams/offer.ts";

/** Lets the connection go on, as a request under way that ends when its caller loses the right to it (`verb`). */
export function upgraded<Streams extends { close(): void }>(
  call: Call,
  offer: Offer<Streams>,
  serve: (streams: Streams) => Promise<void>,
  verb = "create",
): Answer {
  const { longRequests, logger } = call.parts;
  const upgrade: Response["upgrade"] = async (connection) => {
    const end = () => connection.destroy();
    const request = { call, verb, end, close: end };
    longRequests.add(request);
    connection.once("close", () => longRequests.delete(request));
    try {
      const streams = await offer.open(connection);
      if (streams === undefined) return;
      try {
        await serve(streams);
      } finally {
        streams.close();
      }
    } catch (error) {
      logger.error("a stream failed", { resource: call.route.subresource, error: String(error) });
      end();
    }
  };
  return { type: "response", response: { status: 101, headers: offer.headers, upgrade } };
}
