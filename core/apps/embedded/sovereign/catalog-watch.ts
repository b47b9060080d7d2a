import type { Handler } from "@catalyst/ports/transport";
import { blueprintPrefix } from "./publish.ts";

/** How long pushes of one release may follow each other before the catalog is read, in milliseconds. */
const quiet = 200;

/** Lets a registry's pushes of Blueprints through and calls `changed` once they have settled. */
export function watchBlueprintPushes(registry: Handler, changed: () => void): Handler {
  let timer: NodeJS.Timeout | undefined;
  return async (request) => {
    const response = await registry(request);
    const written = request.method === "PUT" || request.method === "DELETE";
    if (
      written &&
      response.status < 300 &&
      request.path.startsWith(`/v2/${blueprintPrefix}/`) &&
      request.path.includes("/manifests/")
    ) {
      clearTimeout(timer);
      timer = setTimeout(changed, quiet);
    }
    return response;
  };
}
