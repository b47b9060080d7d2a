const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  ECONNRESET: "read: connection reset by peer",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ABORT_ERR: "i/o timeout",
};

/** Why a connection couldn't be made, in the words that Go has for it and the kubelet's events show. */
export function dialError(error: Error & { readonly code?: string }, host: string, port: number): string {
  return `dial tcp ${host}:${port}: ${words[error.code ?? ""] ?? error.message}`;
}
