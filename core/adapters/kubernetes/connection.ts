/** How a cluster is reached, and as whom. */
export interface ClusterConnection {
  /** `https://` or `http://` address of the API server; a path in it is part of it. */
  readonly server: string;
  /** PEM certificates that the server is known by; default: the system's. */
  readonly ca?: string | undefined;
  /** The server's certificate isn't looked at: only where the configuration says so. */
  readonly insecure?: boolean | undefined;
  /** The name the server's certificate is for, where it isn't the address's. */
  readonly serverName?: string | undefined;
  readonly token?: string | undefined;
  /** PEM certificate and key of the user. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Reads a file's text; throws what Node throws. */
export type ReadText = (path: string) => string;
