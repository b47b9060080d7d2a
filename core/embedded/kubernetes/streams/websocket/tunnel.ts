import { Duplex } from "node:stream";
import type { WebSocketConnection } from "./connection.ts";

/** Carries a connection's bytes in a websocket's messages (`SPDY/3.1+…`): what is written to it and read from it. */
export function tunnel(socket: WebSocketConnection): Duplex {
  const messages = socket.messages();
  return new Duplex({
    allowHalfOpen: true,
    read() {
      messages.next().then(
        ({ value, done }) => this.push(done === true ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      socket.send(chunk).then(() => done(), done);
    },
    final(done) {
      socket.close();
      done();
    },
    destroy(error, done) {
      socket.close();
      done(error);
    },
  });
}
