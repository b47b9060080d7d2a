import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What the body is; default: `application/json`. */
  readonly type?: string | undefined;
  /** More headers; several values are several lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Whose request it is; default: the administrator's. Empty for nobody's. */
  readonly token?: string | undefined;
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values by turns, a line of its own for each value. */
  readonly rawHeaders: readonly string[];
  /** A document, or text where the answer is none. */
  readonly body: unknown;
}

export type ApiClient = (request: ApiRequest) => Promise<ApiReply>;

/** Sends requests to an API server by HTTP or HTTPS, over kept connections; a certificate isn't looked at. */
export function apiClient(url: string, administrator: string): ApiClient {
  const isSecure = url.startsWith("https:");
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    : new HttpAgent({ keepAlive: true });
  const open = isSecure ? httpsRequest : httpRequest;
  return ({ method, path, body, type = "application/json", headers = {}, token = administrator }) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const sentHeaders = {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      accept: "application/json",
      "content-type": type,
      // A DELETE isn't given one, and what follows on its connection would be read as part of the body.
      "content-length": Buffer.byteLength(text),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const sent = open(url + path, { method, headers: sentHeaders, agent }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          answer += part;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            rawHeaders: response.rawHeaders,
            body: /^[{[]/.test(answer) ? JSON.parse(answer) : answer,
          }),
        );
      });
      sent.on("error", reject);
      sent.end(text);
    });
  };
}
