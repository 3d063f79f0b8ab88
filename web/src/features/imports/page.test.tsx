import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ImportCheck, ImportRun } from "@/api/types";
import { mockApi } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { session } from "@/test/samples";
import type * as queries from "./queries";

// Uploads do not go through fetch.
vi.mock("./queries", async (original) => ({
  ...(await original<typeof queries>()),
  upload: async () => (await import("@/test/samples")).preview,
}));

const rest = {
  "GET /session": session,
  "GET /connections": { items: [] },
  "GET /recommendations": { as_of: "2026-03-31", currency: "USD", items: [], note: null },
};

const failed: ImportRun = {
  id: "r1",
  file_name: "ads.csv",
  state: "failed",
  rows_read: 5,
  rows_skipped: 1,
  facts_written: 0,
  bytes_read: 478,
  bytes_total: 478,
  error: "1 of 5 lines cannot be read, so nothing was imported.",
  created_at: "2026-03-31T00:00:00Z",
  finished_at: "2026-03-31T00:00:01Z",
  bad_lines: [{ line: 6, reason: "date: “13/45/2026” is not a date." }],
};

it("says of a past import why it failed and which lines could not be read", async () => {
  mockApi({ ...rest, "GET /imports": { items: [failed] } });
  renderApp("/import");
  const table = await screen.findByRole("table", { name: "Past imports" });
  expect(within(table).getByText(/so nothing was imported/)).toBeInTheDocument();
  await userEvent.click(within(table).getByText("Lines that could not be read"));
  expect(within(table).getByText(/13\/45\/2026/)).toBeVisible();
});

it("has no sum of amounts in several currencies, and says so", async () => {
  const check: ImportCheck = {
    rows: 3,
    bad_lines: 0,
    first_bad: [],
    first_day: "2026-03-04",
    last_day: "2026-03-06",
    currency: null,
    totals: { impressions: 29_600, clicks: 806, spend: null, conversions: 32, revenue: null },
    sample: [],
  };
  mockApi({
    ...rest,
    "GET /imports": { items: [] },
    "POST /imports/uploads/up1/check": check,
  });
  renderApp("/import");
  await userEvent.upload(await screen.findByLabelText("Choose a file"), new File(["a"], "ads.csv"));
  await userEvent.type(await screen.findByLabelText("Currency"), "USD");
  await userEvent.click(screen.getByRole("button", { name: "Check the file" }));
  expect(await screen.findByText(/amounts are in several currencies. Each line/)).toBeInTheDocument();
  expect(screen.getAllByTitle(/Nothing to add up/)).toHaveLength(2);
});
