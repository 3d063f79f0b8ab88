import { afterEach, describe, expect, it, vi } from "vitest";
import { mockApi, problem, Reply } from "@/test/mock-api";
import { api, ApiError, buildUrl, errorText, onUnauthorized } from "./api";

afterEach(() => onUnauthorized(null));

const failure = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("expected an ApiError");
  return error;
};

describe("api", () => {
  it("leaves empty values out of the address", () => {
    expect(buildUrl("/campaigns", { search: "a b", status: "", cursor: null, limit: 50 })).toBe(
      "/api/v1/campaigns?search=a+b&limit=50",
    );
  });
  it("sends the header against forged requests with everything but GET", async () => {
    const seen = mockApi({ "GET /session": {}, "POST /session": {}, "DELETE /session": undefined });
    await api.get("/session");
    await api.post("/session", { email: "a" });
    await api.delete("/session");
    expect(seen.map((request) => request.headers.get("X-OmniFy-CSRF"))).toEqual([null, "1", "1"]);
    expect(seen[1]?.body).toEqual({ email: "a" });
    expect(seen[1]?.headers.get("Content-Type")).toBe("application/json");
  });
  it("turns a problem into an error with fields and request id", async () => {
    mockApi({ "POST /connections": problem(422, "Wrong.", [{ pointer: "/name", detail: "Too long." }]) });
    const error = await failure(api.post("/connections", {}));
    expect(error).toMatchObject({ status: 422, message: "Wrong.", requestId: "request-1" });
    expect(error.fields).toEqual([{ pointer: "/name", detail: "Too long." }]);
  });
  it("survives an answer that is no problem document", async () => {
    mockApi({ "GET /risk": new Reply(502, "bad gateway") });
    expect((await failure(api.get("/risk"))).message).toContain("Something went wrong on our side");
  });
  it("says so when no answer comes", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    const error = await failure(api.get("/risk"));
    expect(error.status).toBe(0);
    expect(error.message).toContain("did not answer");
  });
  it("reports the end of a session, but not a wrong password", async () => {
    const ended = vi.fn();
    onUnauthorized(ended);
    mockApi({ "GET /risk": problem(401, "Log in."), "POST /session": problem(401, "Wrong password.") });
    await failure(api.post("/session", {}, { expectUnauthorized: true }));
    expect(ended).not.toHaveBeenCalled();
    await failure(api.get("/risk"));
    expect(ended).toHaveBeenCalledOnce();
  });
  it("has a sentence for anything thrown", () => {
    expect(errorText(new Error("x is undefined"))).toContain("Reload");
  });
});
