import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { AccountReconciliation, RestatedDay } from "@/api/types";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { metrics, session, unchanged } from "@/test/samples";

const account: AccountReconciliation = {
  account_id: "a1",
  connection_id: "c1",
  name: "Ridge Outdoor",
  platform: "meta",
  platform_label: "Meta Ads",
  currency: "EUR",
  time_zone: "Europe/Berlin",
  days_checked: 89,
  days_matching: 88,
  days_reread: 2,
  last_checked_at: "2026-03-31T08:00:00Z",
  deviations: [
    {
      day: "2026-03-30",
      metric: "spend",
      ours: "100.00",
      theirs: "112.50",
      difference: "-12.50",
      checked_at: "2026-03-31T08:00:00Z",
      reread_at: "2026-03-31T08:00:00Z",
    },
  ],
};

const restated: RestatedDay = {
  day: "2026-03-20",
  account_id: "a1",
  account_name: "Ridge Outdoor",
  platform: "meta",
  currency: "EUR",
  time_zone: "Europe/Berlin",
  then: { ...metrics, revenue: "3000.00", conversions: 45 },
  now: metrics,
  change: { ...unchanged, revenue: 0.1668 },
  learned_at: "2026-03-29T08:00:00Z",
};

const rest = {
  "GET /session": session,
  "GET /connections": { items: [] },
  "GET /recommendations": { as_of: session.today, currency: "USD", items: [], note: null },
};
const ledger = (accounts: AccountReconciliation[]) => ({ start: "2026-01-01", end: "2026-03-31", accounts });
const changes = (items: RestatedDay[]) => ({
  start: "2026-01-01",
  end: "2026-03-31",
  since: "2026-03-24T00:00:00Z",
  items,
});

it("names account, day, metric and difference of what does not reconcile", async () => {
  mockApi({ ...rest, "GET /reconciliation": ledger([account]), "GET /restated-days": changes([]) });
  renderApp("/data-health");
  expect(await screen.findByText("1 day deviates")).toBeInTheDocument();
  const table = screen.getByRole("region", { name: "Deviations of Ridge Outdoor" });
  expect(within(table).getByText("Mon, Mar 30")).toBeInTheDocument();
  expect(within(table).getByText("Spend")).toBeInTheDocument();
  expect(within(table).getByText("€112.50")).toBeInTheDocument();
  expect(within(table).getByText("−€12.50")).toBeInTheDocument();
  expect(screen.getByText("No day has changed since then.")).toBeInTheDocument();
});

it("shows a restated day as it was known then and now, and asks anew for another time", async () => {
  const seen = mockApi({
    ...rest,
    "GET /reconciliation": ledger([{ ...account, days_matching: 89, deviations: [] }]),
    "GET /restated-days": changes([restated]),
  });
  renderApp("/data-health");
  expect(await screen.findByText("All 89 days match")).toBeInTheDocument();
  const table = await screen.findByRole("region", { name: "Restated days" });
  expect(within(table).getByText(/€3,000\.00 →/)).toBeInTheDocument();
  expect(within(table).getByText(/^\+16\.7/)).toBeInTheDocument();
  await userEvent.selectOptions(screen.getByLabelText("Changes that became known"), "28");
  await screen.findByRole("region", { name: "Restated days" });
  const asked = seen.filter((request) => request.path === "/restated-days");
  const moments = asked.map((request) => Date.parse(request.query.get("since") ?? ""));
  expect(moments).toHaveLength(2);
  expect(Math.round(((moments[0] ?? 0) - (moments[1] ?? 0)) / 86_400_000)).toBe(21);
});

it("says what to do without a connection, and what went wrong", async () => {
  mockApi({
    ...rest,
    "GET /reconciliation": ledger([]),
    "GET /restated-days": problem(503, "The database is not available."),
  });
  renderApp("/data-health");
  expect(await screen.findByText("Nothing to check yet")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Add a connection" })).toHaveAttribute("href", "/connections");
  expect(await screen.findByRole("alert")).toHaveTextContent("The database is not available.");
});
