import type { ApiServer } from "@catalyst/api/server";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { NodeRoute } from "./front-door.ts";

/** The API behind the front door. */
export interface LateApi {
  readonly route: NodeRoute;
  close(): Promise<void>;
}

/**
 * Opens the API with its first request, which is held until it is open: its server is a sixth of all that is loaded, and
 * a Sovereign that nobody looks at is asked nothing. Requests that come meanwhile wait too. When it can't be opened they
 * are answered 503, and the next request tries again.
 */
export function lateApi(open: () => Promise<ApiServer>, logger: Logger): LateApi {
  let opening: Promise<ApiServer> | undefined;
  let api: ApiServer | undefined;
  const opened = async (): Promise<ApiServer> => {
    opening ??= open();
    try {
      api = await opening;
      return api;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return {
    route(request, response) {
      if (api !== undefined) return api.routing(request, response);
      opened().then(
        (server) => server.routing(request, response),
        (error: unknown) => {
          logger.error("the API can't be opened", { error: errorMessage(error) });
          response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" });
          response.end("The API can't be opened; the log says why.\n");
        },
      );
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
