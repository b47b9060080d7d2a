import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Send } from "../../core/embedded/kubernetes/histories/history.ts";

/** Sends JSON to an API server by HTTP or HTTPS, over kept connections; a certificate isn't looked at. */
export function jsonClient(url: string, token: string): Send {
  const secure = url.startsWith("https:");
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    : new HttpAgent({ keepAlive: true });
  const request = secure ? httpsRequest : httpRequest;
  return (method, path, type, body) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": type,
      "content-length": Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url + path, { method, headers, agent }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          answer += part;
        });
        response.on("end", () => {
          const isJson = answer.startsWith("{");
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(answer) : { text: answer } });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  };
}
