import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Frame, readFrames } from "./frames.ts";
import { HeaderBlockReader } from "./header-block.ts";

/** What a real kubectl sent for `kubectl exec -i box -- cat`; tests/lab/spdy.test.ts records it. */
const bytes = Buffer.from(
  readFileSync(new URL("golden/kubectl-exec.hex", import.meta.url), "utf8").trim(),
  "hex",
);

test("the bytes of a real kubectl are read as its streams, its input and its end", async () => {
  const source = async function* () {
    yield bytes;
  };
  const frames: Frame[] = [];
  for await (const frame of readFrames(source(), new HeaderBlockReader())) frames.push(frame);
  const opened = frames.flatMap((frame) =>
    frame.type === "syn-stream" ? [frame.headers["streamtype"]] : [],
  );
  expect(opened).toEqual(["error", "stdin", "stdout", "stderr"]);
  const input = frames.flatMap((frame) => (frame.type === "data" && frame.stream === 3 ? [frame] : []));
  expect(Buffer.concat(input.map(({ data }) => data)).toString()).toBe("hello\n");
  expect(input.at(-1)?.fin).toBe(true);
  expect(frames.at(-1)).toMatchObject({ type: "goaway" });
});
