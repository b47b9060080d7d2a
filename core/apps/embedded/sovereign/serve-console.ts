import type { NodeRoute } from "./front-door.ts";

/** Serves the console; what it is built from may be missing while it is being written. */
export async function serveConsole(_folder: string, _progress: (text: string) => void): Promise<NodeRoute> {
  return (_request, response) => {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no console in this build.\n");
  };
}
