import { connect } from "node:http2";
import { dialError } from "./dial-error.ts";
import type { ProbeOutcome } from "./run.ts";

const statusNames = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const unimplemented = "12";

/** Asks a server for its health as gRPC's health checking protocol has it (`grpc.health.v1.Health/Check`), in the clear. */
export async function grpcProbe(
  host: string,
  port: number,
  service: string,
  limits: { readonly signal: AbortSignal; readonly timeout: string },
): Promise<ProbeOutcome> {
  try {
    const answer = await check(host, port, service, limits.signal);
    if (answer.code === unimplemented)
      return failure(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.message}`,
      );
    if (answer.code !== "0")
      return failure(
        `error: health rpc probe failed: rpc error: code = ${answer.code} desc = ${answer.message}`,
      );
    if (answer.status === 1) return { result: "success", output: "service healthy" };
    const name = statusNames[answer.status] ?? String(answer.status);
    return failure(`service unhealthy (responded with "${name}")`);
  } catch (error) {
    return limits.signal.aborted
      ? failure(
          `timeout: failed to connect service "${host}:${port}" within ${limits.timeout}: context deadline exceeded`,
        )
      : failure(
          `error: failed to connect service at "${host}:${port}": ${dialError(error as Error, host, port)}`,
        );
  }
}

function failure(output: string): ProbeOutcome {
  return { result: "failure", output };
}

interface HealthAnswer {
  /** gRPC's code, 0 for an answer. */
  readonly code: string;
  readonly message: string;
  /** Of the service: a place in `statusNames`. */
  readonly status: number;
}

function check(host: string, port: number, service: string, signal: AbortSignal): Promise<HealthAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${host.includes(":") ? `[${host}]` : host}:${port}`);
    const fail = (error: unknown) => {
      session.destroy();
      reject(error);
    };
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    session.once("error", fail);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kube-probe/1.36",
    });
    const chunks: Buffer[] = [];
    let [code, message] = ["2", ""];
    const read = (headers: Readonly<Record<string, unknown>>) => {
      code = String(headers["grpc-status"] ?? code);
      message = decodeURIComponent(String(headers["grpc-message"] ?? message));
    };
    stream.once("response", read);
    stream.once("trailers", read);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("error", fail);
    stream.once("close", () => {
      session.close();
      resolve({ code, message, status: statusIn(Buffer.concat(chunks)) });
    });
    stream.end(requestFor(service));
  });
}

/** A frame (uncompressed, length) around `HealthCheckRequest { string service = 1 }`. */
function requestFor(service: string): Buffer {
  const name = Buffer.from(service);
  const field = name.length === 0 ? [] : [0x0a, ...varint(name.length), ...name];
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(field.length, 1);
  return Buffer.concat([frame, Buffer.from(field)]);
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** The field `status = 1` of `HealthCheckResponse`; 0 when it isn't sent. */
function statusIn(frame: Buffer): number {
  return frame[5] === 0x08 ? (frame[6] ?? 0) : 0;
}
