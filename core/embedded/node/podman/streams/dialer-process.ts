/**
 * Runs inside a Pod's network, in a process of its own: connects to ports of the Pod's loopback and gives the sockets
 * to the process that asked. A message is `{ id, port }`, its answer `{ id }` with a socket or `{ id, error }`.
 */
import { connect, type Socket } from "node:net";

interface Wish {
  readonly id: number;
  readonly port: number;
}

process.on("message", ({ id, port }: Wish) => {
  // IPv4 first, as container runtimes do; a server of IPv6 alone is found next.
  tryConnect("127.0.0.1", port)
    .catch((error: Error) => tryConnect("::1", port).catch(() => Promise.reject(error)))
    .then(
      (socket) => process.send?.({ id }, socket),
      (error: Error) => process.send?.({ id, error: error.message }),
    );
});
process.on("disconnect", () => process.exit(0));

function tryConnect(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    // What the server says first is for the process that gets the socket.
    socket.pause();
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}
