import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ImportRun } from "@/api/types";
import { renderPart } from "@/test/render";
import { RunStep } from "./run-step";

const run: ImportRun = {
  id: "r1",
  file_name: "ads.csv",
  state: "failed",
  rows_read: 300,
  rows_skipped: 250,
  facts_written: 0,
  bytes_read: 1200,
  bytes_total: 1200,
  error: "250 of 300 lines cannot be read, so nothing was imported.",
  created_at: "2026-03-31T00:00:00Z",
  finished_at: "2026-03-31T00:00:01Z",
  bad_lines: [{ line: 2, reason: "date: “never” is not a date." }],
};

it("offers all bad lines, piece by piece as the server sends them", async () => {
  const list = "line,reason\r\n2,a\r\n3,b\r\n";
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    const { pathname, searchParams } = new URL(url, "http://test");
    if (!pathname.endsWith("/bad-lines")) return Promise.resolve(new Response(JSON.stringify(run)));
    const offset = Number(searchParams.get("offset"));
    asked.push(`${pathname} ${offset}`);
    return Promise.resolve(new Response(list.slice(offset, offset + 13)));
  });
  const saved: Blob[] = [];
  vi.stubGlobal(
    "URL",
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${saved.push(blob)}`,
      revokeObjectURL: () => undefined,
    }),
  );
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  renderPart(
    <RunStep check={{ first_day: "2024-01-05", last_day: "2024-01-09" }} runId="r1" onRestart={() => undefined} />,
  );
  expect(await screen.findByText("These are the first 1 of 250 lines.")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Download all 250 bad lines" }));
  await vi.waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]?.size).toBe(list.length);
  expect(asked).toEqual([0, 13, 23].map((offset) => `/api/v1/imports/r1/bad-lines ${offset}`));
});
