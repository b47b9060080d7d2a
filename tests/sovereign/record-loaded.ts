/** Writes the URL of every file that this process loads into the file that LOADED_FILES names. For `--import`. */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { isMainThread } from "node:worker_threads";

const list = process.env["LOADED_FILES"];
if (isMainThread && list !== undefined) {
  registerHooks({
    load(url, context, next) {
      appendFileSync(list, `${url}\n`);
      return next(url, context);
    },
  });
}
