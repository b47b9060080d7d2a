import { request } from "node:http";
import type { HeaderLines } from "./headers.ts";
import { headerRecord } from "./headers.ts";
import type { Address } from "./target.ts";

/** Bytes of a body that may wait for a slow receiver of copies before it gets no more. */
const mostWaiting = 1024 * 1024;
/** Milliseconds until a copy that isn't answered is let go. */
const patience = 30_000;

/** Takes a copy of a request's body. */
export interface Copy {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** Sends a copy of a request to an address. Its answer and its faults are nobody's: the caller never waits for it. */
export function openCopy(
  address: Address,
  method: string,
  target: string,
  headers: HeaderLines,
  hasBody: boolean,
): Copy {
  const framing = hasBody && !headers.has("content-length") ? { "transfer-encoding": "chunked" } : {};
  const copy = request({
    host: address.host,
    port: address.port,
    method,
    path: target,
    headers: { ...headerRecord(headers), ...framing, connection: "close" },
    timeout: patience,
  });
  copy.on("response", (answer) => answer.resume());
  copy.on("timeout", () => copy.destroy());
  copy.on("error", () => undefined);
  return {
    write: (chunk) => {
      if (copy.destroyed) return;
      if (copy.writableLength > mostWaiting) copy.destroy();
      else copy.write(chunk);
    },
    end: () => {
      if (!copy.destroyed) copy.end();
    },
  };
}
