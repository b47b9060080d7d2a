import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CompressedHeaders } from "../testing/spdy-client.ts";
import { type Frame, FrameWriter, readFrames } from "./frames.ts";
import { HeaderBlockReader } from "./header-block.ts";

async function framesOf(chunks: readonly Uint8Array[]): Promise<Frame[]> {
  const source = async function* () {
    yield* chunks;
  };
  const frames: Frame[] = [];
  for await (const frame of readFrames(source(), new HeaderBlockReader())) frames.push(frame);
  return frames;
}

/** Puts the pieces of a data frame together again. */
function joined(frames: readonly Frame[]): unknown[] {
  const whole: Frame[] = [];
  for (const frame of frames) {
    const last = whole.at(-1);
    if (frame.type === "data" && last?.type === "data" && last.stream === frame.stream && !last.fin)
      whole[whole.length - 1] = { ...frame, data: Buffer.concat([last.data, frame.data]) };
    else whole.push(frame);
  }
  return whole.map((frame) =>
    frame.type === "data" ? { ...frame, data: Buffer.from(frame.data).toString("hex") } : frame,
  );
}

function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index]));
}

const stream = fc.integer({ min: 1, max: 0x7fff_ffff });
const word = fc.integer({ min: 0, max: 0x7fff_ffff });
const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 40 }), {
  maxKeys: 6,
});
const data = fc.uint8Array({ maxLength: 300 });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant("syn-stream" as const), stream, headers, fin: fc.boolean() }),
  fc.record({ type: fc.constant("syn-reply" as const), stream, headers, fin: fc.boolean() }),
  fc.record({ type: fc.constant("headers" as const), stream, headers, fin: fc.boolean() }),
  fc.record({ type: fc.constant("rst-stream" as const), stream, status: word }),
  fc.record({ type: fc.constant("goaway" as const), lastStream: word, status: word }),
  fc.record({ type: fc.constant("ping" as const), id: word }),
  fc.record({ type: fc.constant("data" as const), stream, data, fin: fc.boolean() }),
);

describe("frames", () => {
  test("are read as they were written, however their bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (frames, at) => {
          const writer = new FrameWriter();
          const bytes = Buffer.concat(frames.flatMap((each) => writer.write(each)));
          // A data frame without content and end says nothing, and isn't told.
          const telling = frames.filter((each) => each.type !== "data" || each.data.length > 0 || each.fin);
          expect(joined(await framesOf(split(bytes, at)))).toEqual(joined(telling));
        },
      ),
    );
  });

  test("have header blocks that are one compressed stream", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { maxLength: 6 }), async (blocks) => {
        const compressed = new CompressedHeaders();
        const reader = new HeaderBlockReader();
        for (const block of blocks)
          expect(await reader.read(await compressed.write(block))).toEqual({ ...block });
      }),
    );
  });

  test("that are no frames end the reading with spdy-protocol and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const outcome = await framesOf([bytes]).catch((error: { readonly code?: string }) => error.code);
        if (typeof outcome === "string" || outcome === undefined) expect(outcome).toBe("spdy-protocol");
      }),
    );
  });

  test("a large data frame is given as it comes", async () => {
    const head = Buffer.from("0000000101000006", "hex");
    expect(await framesOf([head, Buffer.from("abc"), Buffer.from("def")])).toEqual([
      { type: "data", stream: 1, data: Buffer.from("abc"), fin: false },
      { type: "data", stream: 1, data: Buffer.from("def"), fin: true },
    ]);
  });

  test("of kinds that mean nothing here are passed over", async () => {
    const settings = "800300040000000400000000";
    const window = "80030009000000080000000100001000";
    const ping = "800300060000000400000007";
    expect(await framesOf([Buffer.from(settings + window + ping, "hex")])).toEqual([{ type: "ping", id: 7 }]);
  });

  const bomb = async () => {
    const block = await new CompressedHeaders().write({ a: "a".repeat(1_000_000) });
    const head = Buffer.alloc(18);
    head.writeUInt32BE(0x8003_0001, 0);
    head.writeUIntBE(block.length + 10, 5, 3);
    head.writeUInt32BE(1, 8);
    return Buffer.concat([head, block]);
  };

  test.each([
    ["data for no stream", async () => Buffer.from("0000000000000000", "hex")],
    ["a frame of another version", async () => Buffer.from("800200060000000400000001", "hex")],
    ["a control frame of sixteen megabytes", async () => Buffer.from("8003000100ffffff", "hex")],
    ["a ping without a number", async () => Buffer.from("8003000600000000", "hex")],
    ["a block that isn't compressed", async () => Buffer.from("800300080000000800000001ffffffff", "hex")],
    ["a block that expands to a megabyte (security case 7)", bomb],
  ])("refuses %s", async (_name, bytes) => {
    await expect(framesOf([await bytes()])).rejects.toMatchObject({ code: "spdy-protocol" });
  });
});
