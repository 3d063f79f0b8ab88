import type { Problem } from "@/api/types";

const BASE = "/api/v1";

/** What a request failed with, in words for the user. status 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly requestId: string | null;
  readonly fields: { pointer: string; detail: string }[];

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? "Something went wrong on our side. Try again in a moment.");
    this.name = "ApiError";
    this.status = status;
    this.title = problem.title ?? "Request failed";
    this.requestId = problem.request_id ?? null;
    this.fields = problem.errors ?? [];
  }
}

const NO_ANSWER: Problem = {
  title: "No connection",
  detail: "OmniFy did not answer. Check your network connection and try again.",
};

let unauthorized: (() => void) | null = null;

/** Called whenever a session turns out to have ended. */
export function onUnauthorized(handler: (() => void) | null): void {
  unauthorized = handler;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** The login form treats 401 as an answer, not as the end of a session. */
  expectUnauthorized?: boolean;
}

export function buildUrl(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${BASE}${path}?${text}` : `${BASE}${path}`;
}

export function parseProblem(text: string): Problem {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === "object" ? parsed : {};
  } catch {
    return {};
  }
}

function toError(status: number, text: string, requestId: string | null, expectUnauthorized?: boolean): ApiError {
  const problem = parseProblem(text);
  if (status === 401 && !expectUnauthorized) unauthorized?.();
  return new ApiError(status, { ...problem, request_id: problem.request_id ?? requestId ?? undefined });
}

async function send<T>(method: string, path: string, options: RequestOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-OmniFy-CSRF"] = "1";
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(buildUrl(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, NO_ANSWER);
  }
  const text = await response.text();
  if (!response.ok) {
    throw toError(response.status, text, response.headers.get("X-Request-Id"), options.expectUnauthorized);
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, options: RequestOptions = {}) => send<T>("GET", path, options),
  post: <T>(path: string, body?: unknown, options: RequestOptions = {}) => send<T>("POST", path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options: RequestOptions = {}) => send<T>("PATCH", path, { ...options, body }),
  delete: (path: string, options: RequestOptions = {}) => send<undefined>("DELETE", path, options),
};

/** Sends a file as the body of a request. XMLHttpRequest, because fetch does not tell how much was sent. */
export function uploadFile<T>(
  path: string,
  query: Query,
  file: File,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", buildUrl(path, query));
    request.setRequestHeader("X-OmniFy-CSRF", "1");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(toError(request.status, request.responseText, request.getResponseHeader("X-Request-Id")));
    };
    request.onerror = () => reject(new ApiError(0, NO_ANSWER));
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** The sentence to show for anything that was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return "Something went wrong in the page. Reload it and try again.";
}
