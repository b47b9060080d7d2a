import { CatalystError } from "@catalyst/base/errors";

/** The other end doesn't keep to SPDY/3.1: `spdy-protocol`. */
export function protocolError(what: string, cause?: Error): CatalystError {
  return new CatalystError("spdy-protocol", cause === undefined ? what : `${what}: ${cause.message}`, {
    cause,
  });
}
