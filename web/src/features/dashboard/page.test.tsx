import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { noRisk, overview, session } from "@/test/samples";

vi.mock("@/components/trend-canvas", () => ({ default: () => null }));

const rest = {
  "GET /session": session,
  "GET /connections": { items: [] },
  "GET /recommendations": { as_of: session.today, currency: "USD", items: [], note: "Too few days yet." },
  "GET /risk": { as_of: session.today, currency: "USD", overall: noRisk, campaigns: [] },
  "GET /campaigns": { items: [], next_cursor: null, total: 0 },
};

it("shows the figures with the change in words, sign and colour", async () => {
  const seen = mockApi({ ...rest, "GET /overview": overview });
  renderApp("/?range=7d");
  const tiles = await screen.findByRole("list", { name: "Key figures" });
  const tile = (label: string) => within(tiles).getByText(label).closest("li") as HTMLElement;
  expect(tile("Spend")).toHaveTextContent("$1,000");
  expect(tile("Revenue")).toHaveTextContent("\u221220.0");
  expect(within(tile("CPC")).getByText(/30\.0/)).toHaveClass("text-bad");
  expect(within(tile("CPA")).getByText(/10\.0/)).toHaveClass("text-good");
  expect(within(tile("Impressions")).getByTitle(/nothing to compare/)).toBeInTheDocument();
  expect(await screen.findByText("Not enough data")).toBeInTheDocument();
  expect(await screen.findByText("Too few days yet.")).toBeInTheDocument();
  const asked = seen.find((request) => request.path === "/overview");
  expect([asked?.query.get("start"), asked?.query.get("end")]).toEqual(["2026-03-25", "2026-03-31"]);
});

it("shows the days as a table, the unfinished one marked", async () => {
  mockApi({ ...rest, "GET /overview": overview });
  renderApp("/");
  await userEvent.click(await screen.findByRole("button", { name: "Table" }));
  const days = screen.getByRole("region", { name: "Days as a table" });
  expect(within(days).getAllByRole("row")[1]).toHaveTextContent("Mar 31, 2026so far");
});

it("says which currencies are not in the sums", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, excluded: [{ currency: "SEK", spend: "12.50" }] } });
  renderApp("/");
  expect(await screen.findByText(/no exchange rate to USD yet/)).toHaveTextContent(/12\.50/);
});

it("says what the changes of a range that is not over compare", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, end: "2026-04-30" } });
  renderApp("/");
  expect(await screen.findByText(/These days are not over: the changes compare 2 of them/)).toBeInTheDocument();
});

it("says that a coming range has no data", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, trend: [] } });
  renderApp("/");
  expect(await screen.findByText("No data in these days")).toBeInTheDocument();
});

it("keeps what is excluded of a coming range", async () => {
  const excluded = [{ currency: "SEK", spend: "12.50" }];
  mockApi({ ...rest, "GET /overview": { ...overview, trend: [], excluded } });
  renderApp("/");
  expect(await screen.findByText(/no exchange rate to USD yet/)).toBeInTheDocument();
  expect(screen.getByText("None of these days has come yet.")).toBeInTheDocument();
});

it("says whose revenue the total lacks", async () => {
  const [first] = overview.platforms;
  const silent = { ...first, platform: "display", revenue: null, roas: null };
  mockApi({ ...rest, "GET /overview": { ...overview, platforms: [first, silent] } });
  renderApp("/");
  expect(await screen.findByText(/Revenue is not known for Display/)).toBeInTheDocument();
});

it("shows a campaign in the currency of its account", async () => {
  const campaign = {
    ...overview.totals,
    id: "c1",
    name: "Hoshi Coffee",
    platform: "meta",
    account_name: "Hoshi",
    status: "active",
    objective: null,
    daily_budget: null,
    currency: "JPY",
    spend: "1824519",
    change: overview.change,
    risk: null,
    risk_level: null,
  };
  mockApi({
    ...rest,
    "GET /overview": overview,
    "GET /campaigns": { items: [campaign], next_cursor: null, total: 1 },
  });
  renderApp("/");
  const row = (await screen.findByText("Hoshi Coffee")).closest("tr") as HTMLElement;
  expect(row).toHaveTextContent("¥1,824,519");
});

it("offers the next step when there is no data at all", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, first_day: null, last_day: null } });
  renderApp("/");
  expect(await screen.findByRole("link", { name: "Connect an account" })).toHaveAttribute("href", "/connections");
});

it("leads to the days that have data", async () => {
  const empty = { ...overview.totals, spend: "0.00", impressions: 0 };
  mockApi({
    ...rest,
    "GET /overview": { ...overview, totals: empty, previous: empty, first_day: "2020-04-01", last_day: "2020-06-30" },
  });
  const { router } = renderApp("/");
  await userEvent.click(await screen.findByRole("button", { name: /^Show/ }));
  expect(router.state.location.search).toMatchObject({ range: "custom", start: "2020-04-01", end: "2020-06-30" });
});

it("shows what failed with the request id and tries again", async () => {
  let fails = true;
  mockApi({ ...rest, "GET /overview": () => (fails ? problem(500, "The numbers could not be read.") : overview) });
  renderApp("/");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The numbers could not be read.");
  expect(alert).toHaveTextContent("request-1");
  fails = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("list", { name: "Key figures" })).toBeInTheDocument();
});
