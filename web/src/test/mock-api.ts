import { vi } from "vitest";

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Answer = unknown | ((request: SeenRequest) => unknown);

/** An answer with a status of its own, such as a problem. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

export const problem = (status: number, detail: string, errors: { pointer: string; detail: string }[] = []) =>
  new Reply(status, { title: "Problem", status, detail, request_id: "request-1", errors });

/** No request may leave a test unnoticed. */
export function refuseRequests(): void {
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    throw new Error(`The test did not expect ${init?.method ?? "GET"} ${url}`);
  });
}

/** Answers "METHOD /path" (without /api/v1) and throws on anything else. Returns what was asked, in order. */
export function mockApi(answers: Record<string, Answer>): SeenRequest[] {
  const seen: SeenRequest[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const parsed = new URL(url, "http://test");
    const path = parsed.pathname.replace(/^\/api\/v1/, "");
    const method = init.method ?? "GET";
    const key = `${method} ${path}`;
    if (!(key in answers)) throw new Error(`The test did not expect ${key}`);
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const request = { method, path, query: parsed.searchParams, headers: new Headers(init.headers), body };
    seen.push(request);
    const answer = answers[key];
    const result: unknown = await (typeof answer === "function" ? (answer(request) as unknown) : answer);
    const reply = result instanceof Reply ? result : new Reply(result === undefined ? 204 : 200, result);
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), { status: reply.status });
  });
  return seen;
}
